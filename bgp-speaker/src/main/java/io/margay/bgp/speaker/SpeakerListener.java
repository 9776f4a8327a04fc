package io.margay.bgp.speaker;

import io.margay.bgp.rib.BestChange;
import java.util.List;

/** Hears what the speaker found out. Called in a turn of bgp-core: hand over, do not work here. */
public interface SpeakerListener {
  /**
   * Routes were chosen anew: one batch, each prefix at most once. See {@link Speaker#reportRoutes}.
   */
  void bestChanged(List<BestChange> changes);

  /** A session came up or went down, or an attempt failed in a new way. */
  void sessionChanged(SessionChange change);

  /**
   * Recovery after a restart is over, or there was nothing to recover: all that peers have to say
   * is in, and what the kernel has beyond the chosen routes may go. Told once, behind the {@code
   * bestChanged} that carries the recovered table, and behind what peers that restart at the same
   * time say.
   */
  void recovered(Recovered why);

  /** What ended the recovery. */
  enum Recovered {
    /** The speaker was not restarted. */
    NOTHING_TO_WAIT_FOR,
    /** All peers that were waited for sent End-of-RIB. */
    ALL_PEERS,
    /** Time was over for the peers that had not. */
    TIMER
  }
}
