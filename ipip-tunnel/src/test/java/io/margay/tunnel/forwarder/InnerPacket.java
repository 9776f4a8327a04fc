package io.margay.tunnel.forwarder;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An IPv4 packet as a pod could send it, of a protocol that nobody answers.
 *
 * @param what it is there for
 * @param tos DSCP and ECN
 * @param fragment flags and offset
 * @param options bytes of options, all of them NOP; a multiple of 4
 * @param payload bytes behind the header, all of them zero
 */
record InnerPacket(String what, int tos, int ttl, int fragment, int options, int payload) {
  static final int DONT_FRAGMENT = 0x4000;
  static final int MORE_FRAGMENTS = 0x2000;
  static final int HEADER = 20;

  private static final int PROTOCOL = 253;
  private static final int IDENTIFICATION = 0x1234;
  private static final String TO = "10.244.9.9";
  private static final int[] ADDRESSES = {10, 244, 3, 9, 10, 244, 9, 9};

  static InnerPacket of(String what) {
    return new InnerPacket(what, 0, 64, DONT_FRAGMENT, 0, 64);
  }

  InnerPacket withTos(int value) {
    return new InnerPacket(what, value, ttl, fragment, options, payload);
  }

  InnerPacket withTtl(int value) {
    return new InnerPacket(what, tos, value, fragment, options, payload);
  }

  InnerPacket withFragment(int value) {
    return new InnerPacket(what, tos, ttl, value, options, payload);
  }

  InnerPacket withOptions(int value) {
    return new InnerPacket(what, tos, ttl, fragment, value, payload);
  }

  InnerPacket withPayload(int value) {
    return new InnerPacket(what, tos, ttl, fragment, options, value);
  }

  /** A shell's commands that send it, header and all; the kernel fills the checksum in. */
  String sending(String file) {
    return "{ printf '%s'; head -c %d /dev/zero; } >%s; socat -u -b 4000 FILE:%s IP4-SENDTO:%s:255"
        .formatted(header(), payload, file, file, TO);
  }

  /** In the octal escapes that every printf knows. */
  private String header() {
    int words = (HEADER + options) / 4;
    int total = HEADER + options + payload;
    var fixed =
        IntStream.concat(
            IntStream.of(0x40 | words, tos, total >> 8, total, IDENTIFICATION >> 8, IDENTIFICATION),
            IntStream.of(fragment >> 8, fragment, ttl, PROTOCOL, 0, 0));
    var rest =
        IntStream.concat(IntStream.of(ADDRESSES), IntStream.generate(() -> 1).limit(options));
    return IntStream.concat(fixed, rest)
        .mapToObj(value -> "\\%03o".formatted(value & 255))
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return what;
  }
}
