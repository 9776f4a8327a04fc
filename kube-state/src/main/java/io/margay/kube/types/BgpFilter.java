package io.margay.kube.types;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Rules for routes that leave and come, in their order, per family. */
public record BgpFilter(
    String name,
    List<Rule> exportV4,
    List<Rule> importV4,
    List<Rule> exportV6,
    List<Rule> importV6) {

  /**
   * One rule: all conditions that are given must hold.
   *
   * @param match the networks; empty means any
   * @param remotePeersOnly only routes that BGP brought
   * @param interfaceName a shell pattern over the outgoing interface
   * @param communities what the route must have; at most one, none means any
   * @param asPathPrefix what the path begins with; none means any
   * @param priority the metric that the route's local preference stands for
   * @param operations done in order before the route is accepted
   */
  public record Rule(
      Optional<Match> match,
      boolean remotePeersOnly,
      Optional<String> interfaceName,
      Optional<PeerType> peerType,
      List<String> communities,
      List<AsNumber> asPathPrefix,
      OptionalLong priority,
      Action action,
      List<Operation> operations) {}

  /**
   * Which networks a rule is about.
   *
   * @param least the shortest length that matches, where {@code prefixLength} gives one
   * @param most the longest length that matches, where {@code prefixLength} gives one
   */
  public record Match(Prefix cidr, Operator operator, OptionalInt least, OptionalInt most) {}

  /** How a network compares with a rule's. */
  public enum Operator {
    EQUAL,
    NOT_EQUAL,
    IN,
    NOT_IN
  }

  /** Whom a rule is about. */
  public enum PeerType {
    EBGP,
    IBGP
  }

  /** What becomes of a route that a rule matches. */
  public enum Action {
    ACCEPT,
    REJECT
  }

  /** A change of an accepted route. */
  public sealed interface Operation {
    /** {@code aa:nn}, or {@code aa:nn:mm} for a large one. */
    record AddCommunity(String value) implements Operation {}

    /** The path then begins with these, in their order. */
    record PrependAsPath(List<AsNumber> prefix) implements Operation {}

    /** The metric that the local preference is to stand for. */
    record SetPriority(long value) implements Operation {}
  }

  /** Reads a filter; refuses it as a whole when a rule is broken. */
  public static Optional<BgpFilter> read(StoredObject object) {
    return Optional.of(read(object.meta().name(), object.spec()));
  }

  /** Reads what stands under a filter's {@code spec}. */
  public static BgpFilter read(String name, Tree spec) {
    return BgpFilterReader.read(name, spec);
  }
}
