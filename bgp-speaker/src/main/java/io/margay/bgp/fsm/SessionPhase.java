package io.margay.bgp.fsm;

/** The states of RFC 4271, 8.2.2, by name. */
public enum SessionPhase {
  IDLE("Idle"),
  CONNECT("Connect"),
  ACTIVE("Active"),
  OPEN_SENT("OpenSent"),
  OPEN_CONFIRM("OpenConfirm"),
  ESTABLISHED("Established");

  private final String text;

  SessionPhase(String text) {
    this.text = text;
  }

  /** As the RFC and all tools write it. */
  @Override
  public String toString() {
    return text;
  }
}
