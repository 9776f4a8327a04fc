package io.margay.bench.bgp;

import io.margay.foundation.addr.Ip4;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sessions of a load and what passes through them.
 *
 * @param family of the prefixes, 4 or 6; sessions are IPv4
 * @param prefixes in all; shared out among the senders
 * @param same each sender has all prefixes
 * @param holdSeconds what the sessions offer
 */
record Plan(int family, int prefixes, int senders, int receivers, boolean same, int holdSeconds) {
  /** The subject. */
  static final Ip4 ADDRESS = Ip4.of("10.99.0.1");

  /** All addresses in it are the load's or the subject's. */
  static final int ADDRESS_LENGTH = 16;

  static final int ASN = 64512;
  static final int PORT = 179;

  private static final Ip4 FIRST_PEER = Ip4.of("10.99.1.1");

  /** No KEEPALIVE is in the way of what is measured. */
  private static final int LONG = 240;

  static Plan table(int family, int prefixes) {
    return new Plan(family, prefixes, 1, 1, false, LONG);
  }

  /** Everybody sends and everybody receives. */
  static Plan mesh(int peers, int prefixesEach) {
    return new Plan(4, peers * prefixesEach, peers, 0, false, LONG);
  }

  Plan senders(int number) {
    return new Plan(family, prefixes, number, receivers, same, holdSeconds);
  }

  Plan receivers(int number) {
    return new Plan(family, prefixes, senders, number, same, holdSeconds);
  }

  Plan sameFromEach() {
    return new Plan(family, prefixes, senders, receivers, true, holdSeconds);
  }

  Plan holdTime(int seconds) {
    return new Plan(family, prefixes, senders, receivers, same, seconds);
  }

  /** The addresses of the sessions' other ends. */
  List<Ip4> peers() {
    return IntStream.range(0, senders + receivers).mapToObj(FIRST_PEER::plus).toList();
  }

  /**
   * The load's arguments.
   *
   * @param limitSeconds for each step
   * @param endOfRib whether the subject says it
   */
  List<String> arguments(int limitSeconds, boolean endOfRib) {
    var arguments = new ArrayList<String>();
    add(arguments, "--family", family);
    add(arguments, "--prefixes", prefixes);
    add(arguments, "--senders", senders);
    add(arguments, "--receivers", receivers);
    add(arguments, "--hold", holdSeconds);
    add(arguments, "--limit", limitSeconds);
    if (same) {
      arguments.add("--same");
    }
    if (!endOfRib) {
      arguments.add("--no-end");
    }
    return arguments;
  }

  private static void add(List<String> arguments, String name, int value) {
    arguments.add(name);
    arguments.add(Integer.toString(value));
  }
}
