package io.margay.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command over a socket on which a stand-in for the agent answers. */
class VerbsTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();

  private int run(String answer, String... arguments) throws IOException, InterruptedException {
    Path socket = directory.resolve("margay.sock");
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Thread agent = Thread.ofVirtual().start(() -> answerOnce(listener, answer));
      int exit = call(socket, arguments);
      agent.join();
      return exit;
    }
  }

  private int call(Path socket, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--socket=" + socket);
    return Margayctl.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
  }

  private void answerOnce(ServerSocketChannel listener, String answer) {
    try (SocketChannel channel = listener.accept()) {
      ByteBuffer question = ByteBuffer.allocate(4096);
      while (question.position() == 0 || question.get(question.position() - 1) != '\n') {
        channel.read(question);
      }
      asked.add(StandardCharsets.UTF_8.decode(question.flip()).toString().strip());
      channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nodeStatusHasCalicoctlsColumns() throws Exception {
    int exit =
        run(
            """
            {"value":{"name":"node1","pid":7,"peers":[
              {"address":"10.0.0.2","type":"node-to-node mesh","state":"up","since":"05:13:06","info":"Established"},
              {"address":"fd00::2","type":"global","state":"start","since":"2026-11-20","info":"Active refused"}]}}
            """,
            "node",
            "status");
    assertThat(exit).isZero();
    assertThat(asked).singleElement().asString().contains("\"verb\":\"node\"");
    assertThat(out)
        .hasToString(
            """
            Margay is running on node1 (pid 7).

            IPv4 BGP status
            +--------------+-------------------+-------+----------+-------------+
            | PEER ADDRESS |     PEER TYPE     | STATE |  SINCE   |    INFO     |
            +--------------+-------------------+-------+----------+-------------+
            | 10.0.0.2     | node-to-node mesh | up    | 05:13:06 | Established |
            +--------------+-------------------+-------+----------+-------------+

            IPv6 BGP status
            +--------------+-----------+-------+------------+----------------+
            | PEER ADDRESS | PEER TYPE | STATE |   SINCE    |      INFO      |
            +--------------+-----------+-------+------------+----------------+
            | fd00::2      | global    | start | 2026-11-20 | Active refused |
            +--------------+-----------+-------+------------+----------------+

            """);
  }

  @Test
  void routesAreColumnsWithTheirReason() throws Exception {
    run(
        """
        {"value":[{"destination":"10.244.1.0/26","type":"unicast","via":"172.30.2.13","dev":"tunl0",
          "protocol":"bird","state":"installed","why":"Mesh_172_30_2_13, chosen by only path, other subnet"}]}
        """,
        "routes",
        "--for",
        "10.244.1.7");
    assertThat(asked).singleElement().asString().contains("\"for\":\"10.244.1.7\"");
    assertThat(out)
        .hasToString(
            """
            DESTINATION    TYPE     VIA          DEV    PROTO  STATE      WHY
            10.244.1.0/26  unicast  172.30.2.13  tunl0  bird   installed  Mesh_172_30_2_13, chosen by only path, other subnet
            """);
  }

  @Test
  void ipamShowIsCalicoctlsTable() throws Exception {
    String answer =
        """
        {"value":{"pools":[{"cidr":"10.244.0.0/16","total":65536,"inUse":16,"blocks":[
          {"cidr":"10.244.50.0/26","total":64,"inUse":4}]}]}}
        """;
    run(answer, "ipam", "show", "--show-blocks");
    assertThat(out.toString())
        .contains("| IP Pool  | 10.244.0.0/16  | 65536     | 16 (0%)    | 65520 (100%) |")
        .contains("| Block    | 10.244.50.0/26 | 64        | 4 (6%)     | 60 (94%)     |");
  }

  @Test
  void policyShowNamesEachRule() throws Exception {
    int exit =
        run(
            """
            {"value":{"pod":"shop/web","interface":"cali1","inForce":"yes",
              "ingress":{"summary":"only what a rule below allows","rules":[
                {"order":1,"policy":"knp/shop/closed","rule":"-","action":"-","match":"no rule"}]},
              "egress":{"summary":"no policy governs it: all is allowed","rules":[]}}}
            """,
            "policy",
            "show",
            "shop/web");
    assertThat(exit).isZero();
    assertThat(out)
        .hasToString(
            """
            Pod:        shop/web
            Interface:  cali1
            In force:   yes

            Ingress: only what a rule below allows
            ORDER  POLICY           RULE  ACTION  MATCH
            1      knp/shop/closed  -     -       no rule

            Egress: no policy governs it: all is allowed
            """);
  }

  @Test
  void jsonAndYamlShowTheAnswerItself() throws Exception {
    run("{\"value\":[{\"a\":1}]}", "routes", "-o", "json");
    assertThat(out).hasToString("[ {\n  \"a\" : 1\n} ]\n");
    out.getBuffer().setLength(0);
    Files.delete(directory.resolve("margay.sock"));
    run("{\"value\":[{\"a\":1}]}", "routes", "-o", "yaml");
    assertThat(out).hasToString("- a: 1\n");
  }

  @Test
  void whatTheAgentRefusesIsAnErrorWithItsWords() throws Exception {
    assertThat(
            run(
                "{\"error\":\"pod \\\"shop/x\\\" is no pod of node n1\"}",
                "policy",
                "show",
                "shop/x"))
        .isEqualTo(1);
    assertThat(err).hasToString("margayctl: pod \"shop/x\" is no pod of node n1\n");
  }

  @Test
  void anAgentThatIsNotThereIsSaidWithWhatToLookAt() {
    assertThat(call(directory.resolve("nobody"), "routes")).isEqualTo(1);
    assertThat(err.toString()).contains("no agent listens on").contains("calico-node pod");
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(call(directory.resolve("nobody"), "routes", "-o", "xml")).isEqualTo(2);
    assertThat(err.toString()).contains("\"xml\" is none of table, json, yaml");
  }
}
