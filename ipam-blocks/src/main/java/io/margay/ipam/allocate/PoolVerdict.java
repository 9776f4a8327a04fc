package io.margay.ipam.allocate;

/** Whether a pool may serve a request, and if not, why. */
public record PoolVerdict(String pool, Reason reason, String detail) {
  /** The first rule that a pool failed, in the order in which they are asked. */
  public enum Reason {
    USABLE("may be used"),
    DISABLED("is disabled or being deleted"),
    MANUAL("has assignmentMode Manual and was not asked for"),
    NODE("does not select this node"),
    NAMESPACE("does not select the namespace"),
    USE("does not allow this use");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /** {@code pool "east" does not select this node (zone == 'east')}. */
  public String text() {
    return "pool \"" + pool + "\" " + reason.text + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
