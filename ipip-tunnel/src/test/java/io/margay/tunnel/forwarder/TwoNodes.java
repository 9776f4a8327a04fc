package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.plan.ForwardingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two nodes with a cable, 10.0.0.1 and 10.0.0.2, an agent and its forwarder on each; pods'
 * addresses are 10.244.1.0/26 and 10.244.2.0/26, the first of each stands on tunl0.
 */
final class TwoNodes implements AutoCloseable {
  static final int MTU = 1480;

  final TestNode first = TestNode.create();
  final TestNode second = TestNode.create();
  private final Path dir;
  private int pings;
  AgentProcess firstAgent;

  TwoNodes(Path dir) throws IOException {
    this(dir, 1);
  }

  /** With forwarders of so many queues. */
  TwoNodes(Path dir, int queues) throws IOException {
    this.dir = dir;
    try {
      setUp(queues);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void setUp(int queues) throws IOException {
    first.cable("e", "10.0.0.1/24", second, "10.0.0.2/24");
    firstAgent = start(first, Files.createDirectory(dir(1)), queues);
    AgentProcess secondAgent = start(second, Files.createDirectory(dir(2)), queues);
    firstAgent.want(address(1), MTU, table(1));
    secondAgent.want(address(2), MTU, table(2));
    routes();
  }

  private static AgentProcess start(TestNode node, Path dir, int queues) {
    return queues == 1
        ? AgentProcess.start(node, dir)
        : AgentProcess.ofQueues(queues, "build", node, dir);
  }

  Path dir(int node) {
    return dir.resolve("node" + node);
  }

  ForwarderClient forwarder(int node) {
    return new ForwarderClient(AgentProcess.socket(dir(node)));
  }

  static Ip4 address(int node) {
    return Ip4.of("10.244." + node + ".1");
  }

  /** All that a node has to know of the other one. */
  static ForwardingTable table(int node) {
    int other = 3 - node;
    return new ForwardingTable(
        Ip4.of("10.0.0." + node),
        Map.of(Prefix.of("10.244." + other + ".0/26"), Ip4.of("10.0.0." + other)),
        Set.of(Prefix.of("10.0.0." + other + "/32")));
  }

  /** The routes of both nodes, as BGP would give them. */
  void routes() {
    first.ip("route replace 10.244.2.0/26 via 10.0.0.2 dev tunl0 onlink proto 12");
    second.ip("route replace 10.244.1.0/26 via 10.0.0.1 dev tunl0 onlink proto 12");
  }

  /** Pings the second node's pod network from the first. */
  ProgramResult ping(String... options) {
    return first.run(pingArguments(options).toArray(String[]::new));
  }

  private static List<String> pingArguments(String... options) {
    var argv = new ArrayList<>(List.of("ping", "-n", "-W", "1"));
    argv.addAll(List.of(options));
    argv.add(address(2).toString());
    return argv;
  }

  /** Pings on and on, until {@link Pinging#lost} ends it. */
  Pinging pinging(String... options) {
    Path said = dir.resolve("ping." + pings++);
    var argv = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >" + said, "sh"));
    argv.addAll(first.inside(pingArguments(options).toArray(String[]::new)));
    return new Pinging(Program.of(argv).start(), said);
  }

  record Pinging(Child child, Path said) {
    private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ");

    /**
     * Ends it; how many pings had no answer although a later one had, of at least {@code atLeast}.
     * The last ones do not count: their answers may be under way.
     */
    int lost(int atLeast) throws IOException, InterruptedException {
      child.terminate();
      assertThat(child.awaitEnd(Duration.ofSeconds(5))).isTrue();
      var answered = new TreeSet<Integer>();
      Matcher matcher = ANSWER.matcher(Files.readString(said));
      while (matcher.find()) {
        answered.add(Integer.parseInt(matcher.group(1)));
      }
      assertThat(answered.size()).as("answers in %s", said).isGreaterThanOrEqualTo(atLeast);
      return answered.last() - answered.size();
    }
  }

  /** The forwarders end with their nodes. */
  @Override
  public void close() {
    first.close();
    second.close();
  }
}
