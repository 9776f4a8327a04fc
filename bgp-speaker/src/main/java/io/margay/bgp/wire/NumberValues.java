package io.margay.bgp.wire;

import io.margay.bgp.attr.Aggregator;
import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;

/**
 * MULTI_EXIT_DISC, LOCAL_PREF, ATOMIC_AGGREGATE, AGGREGATOR (RFC 4271, 5.1.4 to 5.1.7),
 * ORIGINATOR_ID, CLUSTER_LIST (RFC 4456, 8), ONLY_TO_CUSTOMER (RFC 9234, 5).
 */
final class NumberValues {
  private NumberValues() {}

  // RFC 7606, 7.4
  static Fault readMed(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 4) {
      return new Fault.TreatAsWithdraw(AttributeCode.MED, Fault.Cause.LENGTH, length);
    }
    out.values().med(in.readUnsignedInt());
    return Fault.NONE;
  }

  static boolean writeMed(ByteBuf out, Attributes from, WireFormat format) {
    from.med().ifPresent(med -> out.writeInt((int) med));
    return from.med().isPresent();
  }

  // RFC 7606, 7.5
  static Fault readLocalPref(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 4) {
      return new Fault.TreatAsWithdraw(AttributeCode.LOCAL_PREF, Fault.Cause.LENGTH, length);
    }
    out.values().localPref(in.readUnsignedInt());
    return Fault.NONE;
  }

  static boolean writeLocalPref(ByteBuf out, Attributes from, WireFormat format) {
    if (!format.internal()) {
      return false;
    }
    out.writeInt((int) from.effectiveLocalPref());
    return true;
  }

  // RFC 7606, 7.6
  static Fault readAtomicAggregate(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 0) {
      return new Fault.Discard(AttributeCode.ATOMIC_AGGREGATE, Fault.Cause.LENGTH, length);
    }
    out.values().atomicAggregate(true);
    return Fault.NONE;
  }

  static boolean writeAtomicAggregate(ByteBuf out, Attributes from, WireFormat format) {
    return from.atomicAggregate();
  }

  // RFC 7606, 7.7
  static Fault readAggregator(ByteBuf in, int length, ParsedAttributes out) {
    if (length != (out.format().as4() ? 8 : 6)) {
      return new Fault.Discard(AttributeCode.AGGREGATOR, Fault.Cause.LENGTH, length);
    }
    long asn = out.format().as4() ? in.readUnsignedInt() : in.readUnsignedShort();
    if (asn == 0) {
      // RFC 7607, 2
      return new Fault.Discard(AttributeCode.AGGREGATOR, Fault.Cause.VALUE, 0);
    }
    out.values().aggregator(new Aggregator(asn, new Ip4(in.readInt())));
    return Fault.NONE;
  }

  static boolean writeAggregator(ByteBuf out, Attributes from, WireFormat format) {
    if (from.aggregator().isEmpty()) {
      return false;
    }
    Aggregator aggregator = from.aggregator().get();
    if (format.as4()) {
      out.writeInt((int) aggregator.asn());
    } else {
      out.writeShort(OpenMessage.shortAs(aggregator.asn()));
    }
    out.writeInt(aggregator.routerId().bits());
    return true;
  }

  // RFC 6793, 6
  static Fault readAs4Aggregator(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 8) {
      return new Fault.Discard(AttributeCode.AS4_AGGREGATOR, Fault.Cause.LENGTH, length);
    }
    long asn = in.readUnsignedInt();
    if (asn == 0) {
      // RFC 7607, 2
      return new Fault.Discard(AttributeCode.AS4_AGGREGATOR, Fault.Cause.VALUE, 0);
    }
    out.as4Aggregator(new Aggregator(asn, new Ip4(in.readInt())));
    return Fault.NONE;
  }

  static boolean writeAs4Aggregator(ByteBuf out, Attributes from, WireFormat format) {
    boolean needed =
        !format.as4() && from.aggregator().isPresent() && from.aggregator().get().asn() > 0xffff;
    if (needed) {
      out.writeInt((int) from.aggregator().get().asn());
      out.writeInt(from.aggregator().get().routerId().bits());
    }
    return needed;
  }

  // RFC 7606, 7.9
  static Fault readOriginatorId(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 4) {
      return new Fault.TreatAsWithdraw(AttributeCode.ORIGINATOR_ID, Fault.Cause.LENGTH, length);
    }
    out.values().originatorId(new Ip4(in.readInt()));
    return Fault.NONE;
  }

  static boolean writeOriginatorId(ByteBuf out, Attributes from, WireFormat format) {
    from.originatorId().ifPresent(id -> out.writeInt(id.bits()));
    return from.originatorId().isPresent();
  }

  // RFC 7606, 7.10
  static Fault readClusterList(ByteBuf in, int length, ParsedAttributes out) {
    if (length == 0 || length % 4 != 0) {
      return new Fault.TreatAsWithdraw(AttributeCode.CLUSTER_LIST, Fault.Cause.LENGTH, length);
    }
    var list = new ArrayList<Ip4>(length / 4);
    for (int i = 0; i < length; i += 4) {
      list.add(new Ip4(in.readInt()));
    }
    out.values().clusterList(list);
    return Fault.NONE;
  }

  static boolean writeClusterList(ByteBuf out, Attributes from, WireFormat format) {
    from.clusterList().forEach(id -> out.writeInt(id.bits()));
    return !from.clusterList().isEmpty();
  }

  // RFC 9234, 5
  static Fault readOnlyToCustomer(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 4) {
      return new Fault.TreatAsWithdraw(AttributeCode.ONLY_TO_CUSTOMER, Fault.Cause.LENGTH, length);
    }
    out.values().onlyToCustomer(in.readUnsignedInt());
    return Fault.NONE;
  }

  static boolean writeOnlyToCustomer(ByteBuf out, Attributes from, WireFormat format) {
    from.onlyToCustomer().ifPresent(asn -> out.writeInt((int) asn));
    return from.onlyToCustomer().isPresent();
  }
}
