package io.margay.bgp.wire;

import io.margay.bgp.attr.Aggregator;
import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.UnknownAttribute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the attributes of one UPDATE have said so far. */
final class ParsedAttributes {
  /** MP_REACH_NLRI (RFC 4760, 3). */
  record Reach(Family family, Ip nextHop, Optional<Ip6> linkLocal, NlriList prefixes) {}

  /** MP_UNREACH_NLRI (RFC 4760, 4). */
  record Unreach(Family family, NlriList prefixes) {}

  private final WireFormat format;
  private final AttributesBuilder builder = new AttributesBuilder();
  private final BitSet seen = new BitSet(256);
  private final List<UnknownAttribute> unknown = new ArrayList<>(0);
  private final List<Fault> faults = new ArrayList<>(0);
  private Optional<Ip4> nextHop = Optional.empty();
  private Optional<AsPath> as4Path = Optional.empty();
  private Optional<Aggregator> as4Aggregator = Optional.empty();
  private Optional<Reach> reach = Optional.empty();
  private Optional<Unreach> unreach = Optional.empty();
  private Fault strongest = Fault.NONE;

  ParsedAttributes(WireFormat format) {
    this.format = format;
  }

  WireFormat format() {
    return format;
  }

  /** Where readers put the values that need no more thought. */
  AttributesBuilder values() {
    return builder;
  }

  /** Notes the code; false when it was there before. */
  boolean first(int code) {
    boolean first = !seen.get(code);
    seen.set(code);
    return first;
  }

  boolean has(int code) {
    return seen.get(code);
  }

  void note(Fault fault) {
    if (Fault.strength(fault) == 0) {
      return;
    }
    faults.add(fault);
    if (Fault.strength(fault) > Fault.strength(strongest)) {
      strongest = fault;
    }
  }

  Fault strongest() {
    return strongest;
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  void nextHop(Ip4 value) {
    nextHop = Optional.of(value);
  }

  void as4Path(AsPath value) {
    as4Path = Optional.of(value);
  }

  void as4Aggregator(Aggregator value) {
    as4Aggregator = Optional.of(value);
  }

  void unknown(UnknownAttribute value) {
    unknown.add(value);
  }

  void reach(Reach value) {
    reach = Optional.of(value);
  }

  Optional<Reach> reach() {
    return reach;
  }

  void unreach(Unreach value) {
    unreach = Optional.of(value);
  }

  Optional<Unreach> unreach() {
    return unreach;
  }

  /** All values as they hold for the classic fields' prefixes. */
  Attributes build() {
    mergeAs4();
    unknown.sort(Comparator.comparingInt(UnknownAttribute::code));
    builder.unknown(unknown);
    nextHop.ifPresent(builder::nextHop);
    return builder.build();
  }

  // RFC 6793, 4.2.3: an AGGREGATOR that is no AS_TRANS was set by a speaker that knows nothing of
  // four bytes, behind those that did; what they said is then out of date, the path too.
  private void mergeAs4() {
    Optional<Aggregator> aggregator = builder.aggregator();
    boolean outdated =
        as4Aggregator.isPresent()
            && aggregator.isPresent()
            && aggregator.get().asn() != OpenMessage.AS_TRANS;
    if (outdated) {
      return;
    }
    if (aggregator.isPresent() && as4Aggregator.isPresent()) {
      builder.aggregator(as4Aggregator.get());
    }
    as4Path.ifPresent(path -> builder.asPath(builder.asPath().mergedWith(path)));
  }
}
