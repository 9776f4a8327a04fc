package io.margay.tunnel.forwarder;

/** How the process ends. */
enum Ending {
  /** It was told to, and its device goes with it. */
  WITH_DEVICE,
  /** It was told to, and a successor takes the device. */
  DEVICE_STAYS,
  /** It was told to by a successor, which has its device and socket already. */
  HANDED_OVER,
  /** A thread cannot go on; the device stays for the next process. */
  FAILED
}
