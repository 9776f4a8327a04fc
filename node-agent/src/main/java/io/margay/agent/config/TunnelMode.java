package io.margay.agent.config;

/** When a pool's packets are encapsulated (ipipMode, vxlanMode). */
public enum TunnelMode {
  NEVER("Never"),
  ALWAYS("Always"),
  CROSS_SUBNET("CrossSubnet");

  private final String word;

  TunnelMode(String word) {
    this.word = word;
  }

  /** As the IPPool object has it. */
  public String word() {
    return word;
  }
}
