package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.host.AddressNews;
import io.margay.agent.metric.CniMetrics;
import io.margay.agent.metric.PolicyMetrics;
import io.margay.agent.metric.Registry;
import io.margay.agent.metric.StageMetrics;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.ipam.allocate.AllocatorStats;
import io.margay.kube.types.NodeName;
import io.margay.policy.render.Table;
import io.margay.route.target.KernelWatch;
import io.margay.tunnel.control.Came;
import io.margay.tunnel.control.ForwarderQueues;
import io.margay.tunnel.control.ForwarderStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/metrics.md} says what a scrape of an agent says; {@code -Dmargay.bless=true} rewrites
 * it.
 */
@Tag("golden")
class MetricsDocTest {
  private static final String BEGIN = "<!-- metrics: made by MetricsDocTest -->\n";
  private static final String END = "<!-- end of metrics -->\n";
  private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  /** A family as its page shows it. */
  private record Shown(String kind, String help, Set<String> labels) {}

  private static PeerView peer(String address, SessionPhase phase) {
    return new PeerView(
        "Mesh",
        PeerKind.MESH,
        Ip.of(address),
        179,
        64512,
        64512,
        false,
        phase,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        new PeerView.Counters(10, 11, 6, 5, 40, 2, 13, 1, 1, 3, 38, 37, 12),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        "everything",
        "everything",
        List.of());
  }

  private static String page() {
    var registry = new Registry();
    new CniMetrics(registry);
    new StageMetrics(registry);
    AgentMetrics.bind(
        registry,
        new AgentMetrics.Sources(
            new NodeName("n1"),
            new Latest(),
            () -> 0,
            () -> true,
            Stream.of("fib", "tunnel", "policy")
                .map(name -> new AgentMetrics.Loop(name, Optional::empty, () -> false))
                .toList(),
            () -> false,
            () ->
                List.of(
                    peer("10.0.0.7", SessionPhase.ESTABLISHED),
                    peer("fd00::7", SessionPhase.CONNECT)),
            () ->
                Optional.of(
                    new SpeakerView(
                        Ip4.ANY,
                        Optional.empty(),
                        77,
                        5,
                        4096,
                        1 << 20,
                        2,
                        0,
                        false,
                        List.of(),
                        List.of())),
            () -> new AllocatorStats(9, 8, 1, 4, 2, 3, 1),
            () -> new KernelWatch.Stats(90, 1, 3, 0),
            () -> new AddressNews.Stats(6, 1),
            () ->
                List.of(
                    new ForwarderStatus(
                        1,
                        1,
                        "",
                        Came.AFRESH,
                        4711,
                        "tunl0",
                        OptionalLong.of(1),
                        20,
                        3,
                        ForwarderQueues.one(),
                        Map.of())),
            () -> 1,
            () ->
                Optional.of(
                    new PolicyMetrics.Counts(
                        4,
                        2,
                        List.of(new PolicyMetrics.Sets(Family.IPV4, 6)),
                        List.of(new PolicyMetrics.Chains(Family.IPV4, Table.FILTER, 30, 120))))));
    return registry.page();
  }

  private static Map<String, Shown> families(String page) {
    Map<String, String> helps = new TreeMap<>();
    Map<String, Shown> families = new TreeMap<>();
    for (String line : page.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        helps.put(words[2], words[3]);
      } else if (line.startsWith("# TYPE ")) {
        families.put(
            words[2], new Shown(words[3], helps.getOrDefault(words[2], ""), new TreeSet<>()));
      } else {
        addLabels(line, families);
      }
    }
    // Beside each histogram Micrometer shows its longest of late, under the same help.
    families.keySet().removeIf(name -> name.endsWith("_seconds_max"));
    return families;
  }

  private static void addLabels(String line, Map<String, Shown> families) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new IllegalArgumentException(line);
    }
    Shown family = families.get(sample.group(1).replaceFirst("_(bucket|count|sum)$", ""));
    if (family == null || sample.group(2) == null) {
      return;
    }
    LABEL
        .matcher(sample.group(2))
        .results()
        .map(found -> found.group(1))
        .filter(name -> !name.equals("le"))
        .forEach(family.labels()::add);
  }

  @Test
  void theTableIsWhatAScrapeShows() throws IOException {
    Path file = Path.of(System.getProperty("margay.root"), "docs", "metrics.md");
    String text = Files.readString(file);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(file, text.substring(0, begin) + table() + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end)).isEqualTo(table());
  }

  private static String table() {
    var out = new StringBuilder("| metric | kind | labels | meaning |\n|---|---|---|---|\n");
    families(page())
        .forEach((name, family) ->
            out.append("| `")
                .append(name)
                .append("` | ")
                .append(family.kind())
                .append(" | ")
                .append(String.join(", ", family.labels()))
                .append(" | ")
                .append(family.help())
                .append(" |\n"));
    return out.toString();
  }

  @Test
  void everyHelpSaysWhenToWorry() {
    assertThat(families(page()))
        .allSatisfy((name, family) ->
            assertThat(family.help()).as(name).containsPattern("worry|says nothing by itself"));
  }

  @Test
  void namesAreCalicosPrometheusOrOurs() {
    assertThat(families(page()))
        .allSatisfy((name, family) -> {
          assertThat(name).matches("(felix|margay|process)_[a-z_]+");
          assertThat(name.endsWith("_total")).as(name).isEqualTo(family.kind().equals("counter"));
        });
  }

  @Test
  void whatSubsystemsSayIsShown() {
    assertThat(page().lines())
        .contains(
            "margay_bgp_sessions{state=\"established\"} 1.0",
            "margay_bgp_session_up{peer=\"fd00::7\"} 0.0",
            "margay_bgp_routes{peer=\"10.0.0.7\",table=\"accepted\"} 37.0",
            "margay_bgp_prefixes 77.0",
            "margay_ipam_assigned_total 9.0",
            "margay_tunnel_forwarder_routes{device=\"tunl0\"} 20.0",
            "margay_tunnel_dropped_packets_total{device=\"tunl0\",reason=\"no_route\"} 0.0",
            "felix_iptables_rules{ip_version=\"4\",table=\"filter\"} 120.0");
  }
}
