package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code struct fib_rule_hdr} and the {@code FRA_*} attributes. */
public final class RuleBytes {
  static final int NEWRULE = 32;
  static final int DELRULE = 33;
  static final int GETRULE = 34;

  private static final int DST = 1;
  private static final int SRC = 2;
  private static final int IIFNAME = 3;
  private static final int PRIORITY = 6;
  private static final int FWMARK = 10;
  private static final int SUPPRESS_PREFIX_LENGTH = 14;
  private static final int TABLE = 15;
  private static final int FWMASK = 16;
  private static final int OIFNAME = 17;
  private static final int PROTOCOL = 21;

  private static final int TO_TABLE = 1;
  private static final int INVERT = 2;

  private RuleBytes() {}

  static void header(
      MessageWriter out, Family family, int toLength, int fromLength, int table, int flags) {
    out.u8(family.addressFamily()).u8(toLength).u8(fromLength).u8(0);
    // Tables past 255 stand in the attribute only.
    out.u8(table > 255 || table < 0 ? 0 : table).u16(0);
    out.u8(table == 0 ? 0 : TO_TABLE).u32(flags);
  }

  static void write(MessageWriter out, RuleEntry rule) {
    header(
        out,
        rule.family(),
        rule.destination().map(Prefix::length).orElse(0),
        rule.source().map(Prefix::length).orElse(0),
        rule.table(),
        rule.inverted() ? INVERT : 0);
    rule.destination().ifPresent(p -> out.attributeIp(DST, p.address()));
    rule.source().ifPresent(p -> out.attributeIp(SRC, p.address()));
    out.attributeU32(PRIORITY, rule.priority());
    out.attributeU32(TABLE, rule.table());
    if (rule.mask() != 0) {
      out.attributeU32(FWMARK, rule.mark());
      out.attributeU32(FWMASK, rule.mask());
    }
    if (!rule.inInterface().isEmpty()) {
      out.attributeText(IIFNAME, rule.inInterface());
    }
    if (!rule.outInterface().isEmpty()) {
      out.attributeText(OIFNAME, rule.outInterface());
    }
    if (rule.suppressPrefixLength() >= 0) {
      out.attributeU32(SUPPRESS_PREFIX_LENGTH, rule.suppressPrefixLength());
    }
    if (rule.protocol() != 0) {
      out.attributeU8(PROTOCOL, rule.protocol());
    }
  }

  /** Reads a rule that leads to a table; empty for other actions, families, and at a fault. */
  public static Optional<RuleEntry> read(MessageCursor in) {
    Optional<Family> family = RouteBytes.families(in.takeU8());
    int toLength = in.takeU8();
    int fromLength = in.takeU8();
    in.skip(1);
    int table = in.takeU8();
    in.skip(2);
    int action = in.takeU8();
    int flags = in.takeI32();
    if (family.isEmpty() || action != TO_TABLE) {
      return Optional.empty();
    }
    Ip to = null;
    Ip from = null;
    int priority = 0;
    int mark = 0;
    int mask = 0;
    int suppress = -1;
    int protocol = 0;
    String inInterface = "";
    String outInterface = "";
    while (in.next()) {
      switch (in.type()) {
        case DST -> to = in.ip(family.get());
        case SRC -> from = in.ip(family.get());
        case PRIORITY -> priority = in.i32();
        case TABLE -> table = in.i32();
        case FWMARK -> mark = in.i32();
        case FWMASK -> mask = in.i32();
        case IIFNAME -> inInterface = in.text();
        case OIFNAME -> outInterface = in.text();
        case SUPPRESS_PREFIX_LENGTH -> suppress = in.i32();
        case PROTOCOL -> protocol = in.u8();
        default -> {}
      }
    }
    if (toLength > family.get().bits() || fromLength > family.get().bits()) {
      in.fail("a prefix of " + toLength + " or " + fromLength + " bits");
    }
    if (in.failed()) {
      return Optional.empty();
    }
    return Optional.of(
        new RuleEntry(
            family.get(),
            priority,
            table,
            prefix(from, fromLength),
            prefix(to, toLength),
            mark,
            mask,
            (flags & INVERT) != 0,
            inInterface,
            outInterface,
            suppress,
            protocol));
  }

  private static Optional<Prefix> prefix(@Nullable Ip ip, int length) {
    return ip == null ? Optional.empty() : Optional.of(Prefix.containing(ip, length));
  }
}
