package io.margay.interop;

import io.margay.foundation.addr.Family;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** BIRD 2, configured as Calico configures it: graceful restart, add-path, short waits. */
final class Bird implements Daemon {
  private static final Pattern COUNT = Pattern.compile("(\\d+) of \\d+ routes");
  private static final Pattern UPDATES = Pattern.compile("Import updates: +(\\d+)");

  private final Wire wire;
  private final Peering peering;
  private final Path config;
  private final Path socket;
  private final Path log;
  private final TreeSet<String> announced = new TreeSet<>();
  private Optional<Child> child = Optional.empty();

  Bird(Wire wire, Path folder, Peering peering) {
    this.wire = wire;
    this.peering = peering;
    this.config = folder.resolve("bird.conf");
    this.socket = folder.resolve("bird.ctl");
    this.log = folder.resolve("bird.log");
  }

  @Override
  public void start(boolean restarted) throws IOException {
    write();
    String pid = config.resolveSibling("bird.pid").toString();
    String recover = restarted ? "-R" : "-f";
    child =
        Optional.of(
            wire.start(
                Wire.End.THERE,
                log,
                "/usr/sbin/bird",
                "-f",
                recover,
                "-c",
                config.toString(),
                "-s",
                socket.toString(),
                "-P",
                pid));
  }

  @Override
  public void kill() {
    child.ifPresent(Wire::kill);
  }

  @Override
  public void announce(String prefix) throws IOException {
    announced.add(prefix);
    reconfigure();
  }

  /** As {@link #announce}, of many at once. */
  void announceAll(Collection<String> prefixes) throws IOException {
    announced.addAll(prefixes);
    reconfigure();
  }

  @Override
  public void withdraw(String prefix) throws IOException {
    announced.remove(prefix);
    reconfigure();
  }

  @Override
  public String route(String prefix) {
    String out = birdc("show route " + prefix + " all protocol " + session(prefix));
    return out.lines().anyMatch(line -> line.startsWith(prefix + " ")) ? out : "";
  }

  /** How many routes it has from Margay over IPv4. */
  int known() {
    Matcher found = COUNT.matcher(birdc("show route count protocol Margay4"));
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }

  /** Everything over IPv4 that it has a route to, but for its own networks. */
  Set<String> prefixes() {
    return birdc("show route primary where source != RTS_DEVICE table master4")
        .lines()
        .filter(line -> line.contains(" ["))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public int paths(String prefix) {
    return route(prefix).split("BGP.origin:", -1).length - 1;
  }

  @Override
  public boolean isEstablished() {
    String out = birdc("show protocols");
    return out.lines().filter(l -> l.startsWith("Margay") && l.contains("Established")).count()
        == 2;
  }

  @Override
  public long updates(Family family) {
    Matcher found =
        UPDATES.matcher(
            birdc("show protocols all " + (family == Family.IPV4 ? "Margay4" : "Margay6")));
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  @Override
  public void refresh() {
    birdc("reload in Margay4", "reload in Margay6");
  }

  @Override
  public String story() {
    return birdc("show protocols all", "show route all");
  }

  @Override
  public void close() {
    kill();
  }

  private static String session(String prefix) {
    return prefix.contains(":") ? "Margay6" : "Margay4";
  }

  private void reconfigure() throws IOException {
    write();
    if (child.isPresent()) {
      birdc("configure");
    }
  }

  private String birdc(String... commands) {
    var out = new StringBuilder();
    for (String command : commands) {
      out.append(
          wire.run(Wire.End.THERE, "/usr/sbin/birdc", "-s", socket.toString(), command).out());
    }
    return out.toString();
  }

  private void write() throws IOException {
    var text = new StringBuilder();
    text.append(
        """
        router id %s;
        protocol device { }
        protocol direct { ipv4; ipv6; }
        protocol static st4 { ipv4;
        """
            .formatted(Wire.OTHER));
    announced.stream().filter(p -> !p.contains(":")).forEach(p -> route(text, p));
    if (peering.extra() == Peering.Extra.ADD_PATH) {
      text.append("}\nprotocol static again4 { ipv4;\n"); // the same once more: two paths to tell
      announced.stream().filter(p -> !p.contains(":")).forEach(p -> route(text, p));
    }
    text.append("}\nprotocol static st6 { ipv6;\n");
    announced.stream().filter(p -> p.contains(":")).forEach(p -> route(text, p));
    text.append("}\n");
    session(text, "Margay4", "ipv4", Wire.OTHER, Wire.MARGAY);
    session(text, "Margay6", "ipv6", Wire.OTHER6, Wire.MARGAY6);
    Files.writeString(config, text);
  }

  private static void route(StringBuilder text, String prefix) {
    text.append("  route ").append(prefix).append(" blackhole;\n");
  }

  private void session(
      StringBuilder text, String name, String family, String local, String remote) {
    String guard =
        switch (peering.guard()) {
          case NONE -> "multihop;";
          case MD5 -> "multihop; password \"" + Peering.PASSWORD + "\";";
          case GTSM -> "direct; ttl security on;";
        };
    String reflects =
        peering.role() == Peering.Role.REFLECTORS
            ? "rr client; rr cluster id " + Wire.OTHER + ";"
            : "";
    String passive = peering.daemonDials() ? "" : "passive on;";
    String longLived =
        peering.extra() == Peering.Extra.LONG_LIVED
            ? "graceful restart time 3; long lived graceful restart on; long lived stale time 300;"
            : "";
    text.append(
        """
        protocol bgp %s {
          local %s as %d; neighbor %s as %d; %s %s %s
          graceful restart on; %s connect delay time 1; connect retry time 1; error wait time 1,3;
          %s { import all; export where source = RTS_STATIC; add paths on; gateway recursive; };
        }
        """
            .formatted(
                name,
                local,
                peering.role().asn(),
                remote,
                Peering.MARGAY_AS,
                guard,
                reflects,
                passive,
                longLived,
                family));
  }
}
