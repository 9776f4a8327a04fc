package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/** A message as lines that a person reads; what is not set is not shown. */
final class MessageText {
  private final StringBuilder out = new StringBuilder();

  private MessageText() {}

  static String of(BgpMessage message) {
    var text = new MessageText();
    text.add(message);
    return text.out.toString();
  }

  private void add(BgpMessage message) {
    switch (message) {
      case OpenMessage open -> {
        line("OPEN version " + open.version() + " as " + open.asn() + " (" + open.myAs() + ")");
        line("  hold " + open.holdSeconds() + " id " + open.routerId());
        open.capabilities().forEach(c -> line("  " + c.text()));
      }
      case DecodedUpdate update -> {
        line("UPDATE");
        update.withdrawn().forEach(p -> line("  withdrawn " + p));
        for (Announcement announcement : update.announced()) {
          announcement.prefixes().forEach(p -> line("  announced " + p));
          add(announcement.attributes());
        }
        update.endOfRib().ifPresent(f -> line("  end of rib " + f));
        update.faults().forEach(f -> line("  fault " + Fault.text(f)));
      }
      case UpdateRun run -> run.updates().forEach(this::add);
      case NotificationMessage notification -> line("NOTIFICATION " + notification.text());
      case KeepaliveMessage _ -> line("KEEPALIVE");
      case RouteRefreshMessage refresh -> line("ROUTE-REFRESH " + refresh);
      case MalformedMessage(var answer) -> line("MALFORMED " + answer.text());
    }
  }

  private void add(Attributes a) {
    line("    origin " + a.origin());
    line("    as path [" + a.asPath() + "]");
    show("next hop", a.nextHop());
    show("link local", a.linkLocal());
    show("med", a.med());
    show("local pref", a.localPref());
    show("aggregator", a.aggregator());
    show("communities", a.communities());
    show("extended communities", a.extendedCommunities());
    show("large communities", a.largeCommunities());
    show("originator", a.originatorId());
    show("clusters", a.clusterList());
    show("only to customer", a.onlyToCustomer());
    show("unknown", a.unknown());
    if (a.partial() != 0) {
      line("    partial 0x" + Long.toHexString(a.partial()));
    }
  }

  private void show(String name, Optional<?> value) {
    value.ifPresent(v -> line("    " + name + " " + v));
  }

  private void show(String name, OptionalLong value) {
    value.ifPresent(v -> line("    " + name + " " + v));
  }

  private void show(String name, Collection<?> values) {
    if (!values.isEmpty()) {
      line("    " + name + " " + values);
    }
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
