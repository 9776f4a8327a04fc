package io.margay.bgp.export;

/**
 * What becomes of routes on their way out beyond rules and policy.
 *
 * @param leaving the session is about to end: its routes are the last choice (RFC 8326, 4)
 * @param staleToAll long-lived stale routes go to peers of the own AS that do not know of them, too
 *     (RFC 9494, 4.6)
 */
public record ExportOptions(boolean leaving, boolean staleToAll) {
  /** Nothing beyond. */
  public static final ExportOptions NONE = new ExportOptions(false, false);
}
