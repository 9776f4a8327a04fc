package io.margay.bgp.wire;

import static io.margay.bgp.wire.AttributeCode.AGGREGATOR;
import static io.margay.bgp.wire.AttributeCode.AS4_AGGREGATOR;
import static io.margay.bgp.wire.AttributeCode.AS4_PATH;
import static io.margay.bgp.wire.AttributeCode.AS_PATH;
import static io.margay.bgp.wire.AttributeCode.ATOMIC_AGGREGATE;
import static io.margay.bgp.wire.AttributeCode.CLUSTER_LIST;
import static io.margay.bgp.wire.AttributeCode.COMMUNITIES;
import static io.margay.bgp.wire.AttributeCode.EXTENDED_COMMUNITIES;
import static io.margay.bgp.wire.AttributeCode.LARGE_COMMUNITIES;
import static io.margay.bgp.wire.AttributeCode.LOCAL_PREF;
import static io.margay.bgp.wire.AttributeCode.MED;
import static io.margay.bgp.wire.AttributeCode.MP_REACH;
import static io.margay.bgp.wire.AttributeCode.MP_UNREACH;
import static io.margay.bgp.wire.AttributeCode.NEXT_HOP;
import static io.margay.bgp.wire.AttributeCode.ONLY_TO_CUSTOMER;
import static io.margay.bgp.wire.AttributeCode.ORIGIN;
import static io.margay.bgp.wire.AttributeCode.ORIGINATOR_ID;
import static io.margay.bgp.wire.AttributeSpec.OPTIONAL;
import static io.margay.bgp.wire.AttributeSpec.OPTIONAL_TRANSITIVE;
import static io.margay.bgp.wire.AttributeSpec.WELL_KNOWN;

import io.margay.bgp.wire.AttributeSpec.Senders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The known attributes by code, in the order in which they are written. */
final class AttributeSpecs {
  /** MP_REACH_NLRI and MP_UNREACH_NLRI have no writer here: the UPDATE writes them. */
  private static final AttributeSpec.Writer WITH_UPDATE = (_, _, _) -> false;

  static final List<AttributeSpec> ALL =
      List.of(
          new AttributeSpec(
              ORIGIN, WELL_KNOWN, Senders.ANY, PathValues::readOrigin, PathValues::writeOrigin),
          new AttributeSpec(
              AS_PATH, WELL_KNOWN, Senders.ANY, PathValues::readAsPath, PathValues::writeAsPath),
          new AttributeSpec(
              NEXT_HOP, WELL_KNOWN, Senders.ANY, PathValues::readNextHop, PathValues::writeNextHop),
          new AttributeSpec(
              MED, OPTIONAL, Senders.ANY, NumberValues::readMed, NumberValues::writeMed),
          new AttributeSpec(
              LOCAL_PREF,
              WELL_KNOWN,
              Senders.INTERNAL,
              NumberValues::readLocalPref,
              NumberValues::writeLocalPref),
          new AttributeSpec(
              ATOMIC_AGGREGATE,
              WELL_KNOWN,
              Senders.ANY,
              NumberValues::readAtomicAggregate,
              NumberValues::writeAtomicAggregate),
          new AttributeSpec(
              AGGREGATOR,
              OPTIONAL_TRANSITIVE,
              Senders.ANY,
              NumberValues::readAggregator,
              NumberValues::writeAggregator),
          new AttributeSpec(
              COMMUNITIES,
              OPTIONAL_TRANSITIVE,
              Senders.ANY,
              CommunityValues::readStandard,
              CommunityValues::writeStandard),
          new AttributeSpec(
              ORIGINATOR_ID,
              OPTIONAL,
              Senders.INTERNAL,
              NumberValues::readOriginatorId,
              NumberValues::writeOriginatorId),
          new AttributeSpec(
              CLUSTER_LIST,
              OPTIONAL,
              Senders.INTERNAL,
              NumberValues::readClusterList,
              NumberValues::writeClusterList),
          new AttributeSpec(
              MP_REACH, OPTIONAL, Senders.ANY, MultiprotocolValues::readReach, WITH_UPDATE),
          new AttributeSpec(
              MP_UNREACH, OPTIONAL, Senders.ANY, MultiprotocolValues::readUnreach, WITH_UPDATE),
          new AttributeSpec(
              EXTENDED_COMMUNITIES,
              OPTIONAL_TRANSITIVE,
              Senders.ANY,
              CommunityValues::readExtended,
              CommunityValues::writeExtended),
          new AttributeSpec(
              AS4_PATH,
              OPTIONAL_TRANSITIVE,
              Senders.AS2,
              PathValues::readAs4Path,
              PathValues::writeAs4Path),
          new AttributeSpec(
              AS4_AGGREGATOR,
              OPTIONAL_TRANSITIVE,
              Senders.AS2,
              NumberValues::readAs4Aggregator,
              NumberValues::writeAs4Aggregator),
          new AttributeSpec(
              LARGE_COMMUNITIES,
              OPTIONAL_TRANSITIVE,
              Senders.ANY,
              CommunityValues::readLarge,
              CommunityValues::writeLarge),
          new AttributeSpec(
              ONLY_TO_CUSTOMER,
              OPTIONAL_TRANSITIVE,
              Senders.ANY,
              NumberValues::readOnlyToCustomer,
              NumberValues::writeOnlyToCustomer));

  private static final @Nullable AttributeSpec[] BY_CODE = new AttributeSpec[256];

  static {
    for (AttributeSpec spec : ALL) {
      BY_CODE[spec.code()] = spec;
    }
  }

  private AttributeSpecs() {}

  /** The attribute of this code; null when it is not known. */
  static @Nullable AttributeSpec get(int code) {
    return BY_CODE[code];
  }
}
