package io.margay.bench.tunnel;

/**
 * How much traffic a run has.
 *
 * @param warmSeconds of TCP before anything counts; 0 for none
 * @param seconds of TCP, and of UDP
 * @param udpRate of UDP in iperf3's words; 0 is as much as the sender can
 * @param pings two milliseconds apart
 */
record Load(int warmSeconds, int seconds, String udpRate, int pings) {
  /** Long enough for a figure. */
  static final Load FULL = new Load(1, 4, "0", 500);

  /** Long enough to see that all of it works. */
  static final Load BRIEF = new Load(0, 1, "5M", 20);
}
