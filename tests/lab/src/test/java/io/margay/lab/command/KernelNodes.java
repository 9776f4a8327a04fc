package io.margay.lab.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.uml.UmlLab;
import io.margay.lab.api.ApiServer;
import io.margay.lab.api.EmbeddedServer;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.kubelet.AgentCommand;
import io.margay.lab.plan.Families;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two nodes with kernels of their own, the whole agent on each, one pool with IPIP. n1 is
 * 172.18.0.1, n2 172.18.0.2; the API server, in this JVM, is reached by addresses of another
 * network, so that a node can change its own.
 */
final class KernelNodes implements AutoCloseable {
  static final List<String> NAMES = List.of("n1", "n2");
  static final String POOL = "default-ipv4-ippool";

  /** What an agent writes on a machine with other work, in a JVM that has just begun. */
  private static final Duration STARTED = Duration.ofMinutes(2);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String API = "172.19.0.254";
  private static final int API_PORT = 6443;
  private static final String KUBECONFIG = "/etc/margay.kubeconfig";
  private static final String LOG = "/var/log/agent.log";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final UmlLab lab;
  private final EmbeddedServer server = new EmbeddedServer(InetAddress.getLoopbackAddress(), 0);
  private final ApiServer api = new ApiServer(server);
  private final List<Child> running = new ArrayList<>();

  private KernelNodes(UmlLab lab) {
    this.lab = lab;
  }

  /** Starts all of it, or skips the test with its reason; the nodes have their tunnel addresses. */
  static KernelNodes start(Path dir) throws Exception {
    UmlLab lab = UmlLab.in(dir.resolve("uml"));
    var nodes = new KernelNodes(lab);
    try {
      lab.start(NAMES.toArray(String[]::new));
      nodes.serve(dir.resolve("api.sock"));
      nodes.administer();
      for (String node : NAMES) {
        nodes.startAgent(node);
      }
      for (String node : NAMES) {
        nodes.await(node, "its tunnel has an address", () -> !nodes.tunnelAddress(node).isEmpty());
      }
      return nodes;
    } catch (Exception | AssertionError e) {
      nodes.close();
      throw e;
    }
  }

  /** The nodes' bridge is in another network namespace than this JVM: a socket's file leads out. */
  private void serve(Path between) throws Exception {
    bridge("ip", "addr", "add", API + "/24", "dev", UmlLab.BRIDGE);
    run("socat", "UNIX-LISTEN:" + between + ",fork", "TCP:127.0.0.1:" + server.port() + ",nodelay");
    TestLab.await("the API's file", () -> between.toFile().exists());
    var argv = new ArrayList<>(List.of("ip", "netns", "exec", lab.namespace()));
    argv.addAll(List.of("socat", "TCP-LISTEN:" + API_PORT + ",reuseaddr,fork,nodelay"));
    argv.add("UNIX-CONNECT:" + between);
    run(argv.toArray(String[]::new));
  }

  private void run(String... argv) {
    running.add(Program.of(List.of(argv)).start());
  }

  private void administer() {
    for (String namespace : List.of("default", "kube-system")) {
      api.apply(ResourceKind.NAMESPACE, object("{'metadata':{'name':'" + namespace + "'}}"));
    }
    for (String node : NAMES) {
      api.applyWithStatus(
          ResourceKind.NODE,
          object(
              "{'metadata':{'name':'%s'},'status':{'conditions':[{'type':'Ready','status':'True'}]}}"
                  .formatted(node)));
    }
    pool("Always");
  }

  /** Makes the pool, or gives it another mode of IPIP. */
  void pool(String ipipMode) {
    api.apply(
        ResourceKind.IP_POOL,
        object(
            "{'metadata':{'name':'%s'},'spec':{'cidr':'10.244.0.0/16','ipipMode':'%s',"
                    .formatted(POOL, ipipMode)
                + "'vxlanMode':'Never','natOutgoing':true,'nodeSelector':'all()','blockSize':26,"
                + "'allowedUses':['Workload','Tunnel']}}"));
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private void startAgent(String node) {
    sh(node, "ip addr add 172.19.0." + number(node) + "/24 dev eth0; mkdir -p /opt/cni/bin");
    String kubeconfig =
        api.kubeconfig().replace("127.0.0.1:" + server.port(), API + ":" + API_PORT);
    lab.run(node, kubeconfig, List.of("sh", "-c", "cat >" + KUBECONFIG)).orThrow();
    AgentCommand agent = DaemonCommand.agent().orElseThrow();
    var argv = new ArrayList<>(agent.argv(node, KUBECONFIG, Families.IPV4));
    argv.addAll(
        argv.indexOf(agent.java()),
        List.of("IP_AUTODETECTION_METHOD=cidr=172.18.0.0/24", "FELIX_IPTABLESBACKEND=Legacy"));
    var quoted = new StringBuilder("exec");
    argv.forEach(word -> quoted.append(" '").append(word).append('\''));
    running.add(lab.program(node, quoted + " >" + LOG + " 2>&1").start());
  }

  static int number(String node) {
    return NAMES.indexOf(node) + 1;
  }

  /** Output of a shell's commands on a node. */
  String sh(String node, String commands) {
    return lab.sh(node, commands);
  }

  /** Output of a program in the namespace that the nodes' bridge is in. */
  String bridge(String... argv) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", lab.namespace()));
    all.addAll(List.of(argv));
    return Program.run(all, Optional.empty(), LIMIT).orThrow().out().strip();
  }

  /** Of a node, as its kernel has it; empty while it has none. */
  String tunnelAddress(String node) {
    return sh(node, "ip -4 -o addr show tunl0 | sed -n 's:.* inet \\([0-9.]*\\)/32 .*:\\1:p'");
  }

  /** Waits for something of a node; where it does not come, its agent's last words say more. */
  void await(String node, String what, TestLab.Check check) throws Exception {
    TestLab.await(() -> node + ": " + what + "\n" + sh(node, "tail -n 40 " + LOG), STARTED, check);
  }

  @Override
  public void close() {
    lab.close();
    running.forEach(Child::kill);
    api.close();
  }
}
