package io.margay.tunnel.control;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.wire.LookupTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The lines of a table, between its request or answer and {@code end}. */
public final class TableText {
  private static final String LOCAL = "local";
  private static final String ROUTE = "route";
  private static final String SOURCE = "source";

  private TableText() {}

  /** Takes the lines of a table one by one. */
  public interface Sink {
    void local(Ip4 address);

    void route(Prefix prefix, Ip4 node);

    void source(Prefix prefix);
  }

  /** The lines of a table, each with its line feed; sorted, so that equal tables are equal text. */
  public static String of(ForwardingTable table) {
    var out = new StringBuilder(local(table.local()));
    table.routes().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> out.append(route(e.getKey(), e.getValue())));
    table.sources().stream().sorted().forEach(prefix -> out.append(source(prefix)));
    return out.toString();
  }

  /** Hands over the lines of a table, each with its line feed, in no order. */
  public static void each(LookupTable table, Consumer<String> lines) {
    lines.accept(local(new Ip4(table.local())));
    table.forEachRoute((prefix, node) -> lines.accept(route(prefix, node)));
    table.forEachSource(prefix -> lines.accept(source(prefix)));
  }

  /**
   * Reads one line.
   *
   * @return what is wrong with it; empty when the sink has it
   */
  public static Optional<String> read(String line, Sink sink) {
    String[] words = line.split(" ", -1);
    if (words.length == 2 && words[0].equals(LOCAL)) {
      Optional<Ip4> address = Ip4.parse(words[1]);
      address.ifPresent(sink::local);
      return refusal(address.isPresent(), line, "an IPv4 address");
    }
    if (words.length == 2 && words[0].equals(SOURCE)) {
      Optional<Prefix> prefix = ipv4(words[1]);
      prefix.ifPresent(sink::source);
      return refusal(prefix.isPresent(), line, "an IPv4 network");
    }
    if (words.length == 3 && words[0].equals(ROUTE)) {
      Optional<Prefix> prefix = ipv4(words[1]);
      Optional<Ip4> node = Ip4.parse(words[2]).filter(ip -> !ip.equals(Ip4.ANY));
      boolean good = prefix.isPresent() && node.isPresent();
      if (good) {
        sink.route(prefix.get(), node.get());
      }
      return refusal(good, line, "an IPv4 network and the address of a node");
    }
    return refusal(false, line, "local, route or source with its values");
  }

  private static Optional<Prefix> ipv4(String text) {
    return Prefix.parse(text).filter(prefix -> prefix.address() instanceof Ip4);
  }

  private static Optional<String> refusal(boolean good, String line, String wanted) {
    return good ? Optional.empty() : Optional.of("\"" + line + "\" is not " + wanted);
  }

  private static String local(Ip4 address) {
    return LOCAL + " " + address + "\n";
  }

  private static String route(Prefix prefix, Ip4 node) {
    return ROUTE + " " + prefix + " " + node + "\n";
  }

  private static String source(Prefix prefix) {
    return SOURCE + " " + prefix + "\n";
  }

  /** Collects a table as a value. */
  static final class Collector implements Sink {
    private Ip4 local = Ip4.ANY;
    private final Map<Prefix, Ip4> routes = new HashMap<>();
    private final Set<Prefix> sources = new HashSet<>();

    @Override
    public void local(Ip4 address) {
      local = address;
    }

    @Override
    public void route(Prefix prefix, Ip4 node) {
      routes.put(prefix, node);
    }

    @Override
    public void source(Prefix prefix) {
      sources.add(prefix);
    }

    ForwardingTable table() {
      return new ForwardingTable(local, routes, sources);
    }
  }
}
