package io.margay.tunnel.control;

/**
 * What is said on the forwarder's socket: lines of words. A request is one line, {@code table}
 * alone has lines below it. The answer begins with {@code ok} or {@code error}.
 *
 * <pre>
 * status                        ok
 *                               protocol 1
 *                               ...
 *                               end
 * show                          ok
 *                               local 10.0.0.1
 *                               route 10.1.0.0/26 10.0.0.2
 *                               source 10.0.0.2/32
 *                               end
 * table 7                       ok
 * local 10.0.0.1
 * ...
 * end
 * stop                          ok
 * stop keep                     ok
 * hand over                     ok
 *                               protocol 1
 *                               ...
 *                               end
 * stop handed                   ok
 *                               protocol 1
 *                               ...
 *                               end
 * </pre>
 *
 * {@code stop} ends the process and its device; with {@code keep} the device stays for a successor.
 * These two mean the same in every version of the protocol. A connection on which nothing is said
 * tells its client when the process ends.
 *
 * <p>{@code hand over} sends the open socket and device to the successor that waits for them at the
 * path of the control socket with {@link #HANDED} behind it, and packets are moved on; only with
 * {@code stop handed} does the process end, and leaves to the successor what it has. Both answer
 * with the status, the second one with what was counted to the end. A forwarder that can do this
 * says {@code hands-over 1} in its status.
 */
public final class ControlText {
  /** Raised when an older client or forwarder would misunderstand. */
  public static final int PROTOCOL = 1;

  public static final String STATUS = "status";
  public static final String SHOW = "show";
  public static final String TABLE = "table";
  public static final String STOP = "stop";
  public static final String STOP_KEEP = "stop keep";
  public static final String HAND_OVER = "hand over";
  public static final String STOP_HANDED = "stop handed";

  /** How a running forwarder and its successor go about it; 0 is for one that cannot. */
  public static final int HANDS_OVER = 1;

  /** Behind the path of the control socket: where a successor takes what it is handed. */
  public static final String HANDED = ".fds";

  /** Behind the same path: the lock of the one that serves. */
  public static final String LOCK = ".lock";

  /** Behind the same path: the lock of the one that begins or takes over, until it serves. */
  public static final String SUCCEED_LOCK = ".succeed.lock";

  public static final String OK = "ok";
  public static final String ERROR = "error";
  public static final String END = "end";

  private ControlText() {}
}
