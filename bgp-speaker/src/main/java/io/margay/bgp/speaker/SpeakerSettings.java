package io.margay.bgp.speaker;

import java.time.Duration;

/**
 * What a speaker is born with and keeps for its life.
 *
 * @param ioThreads threads that read and write sockets
 * @param restarted true when the kernel still holds the routes of a speaker that ran before: peers
 *     are told so, and routes are chosen only when all of them have sent theirs
 * @param recoveryTime longest wait for that (RFC 4724, Selection_Deferral_Timer)
 * @param contactTime longest wait for a peer of which nothing is heard at all
 * @param seed of the jitter of all timers
 */
public record SpeakerSettings(
    int ioThreads, boolean restarted, Duration recoveryTime, Duration contactTime, long seed) {
  /** One I/O thread, and a fresh start: nothing is waited for. */
  public static SpeakerSettings fresh(long seed) {
    return new SpeakerSettings(1, false, Duration.ofMinutes(4), Duration.ofMinutes(2), seed);
  }

  /** The same after a restart: recovery by BIRD's timers. */
  public static SpeakerSettings restarted(long seed) {
    return new SpeakerSettings(1, true, Duration.ofMinutes(4), Duration.ofMinutes(2), seed);
  }

  public SpeakerSettings {
    if (ioThreads < 1) {
      throw new IllegalArgumentException("ioThreads is " + ioThreads + "; at least 1");
    }
  }
}
