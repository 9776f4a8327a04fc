package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.stage.Images;
import io.margay.agent.stage.KernelFacts;
import io.margay.foundation.time.VirtualTime;
import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeAnnotations;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gets to the server; what is decided is shown by the stage's own tests. */
@Timeout(60)
class NodeAddressesTest {
  private static final String PATH = "/api/v1/nodes/n1";

  /** As the image has it: at 172.30.1.9/24. */
  private static final Node NODE = Images.self();

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());

  @AfterEach
  void end() {
    api.close();
    server.close();
  }

  private NodeAddresses addresses(String ip) {
    AgentConfig config =
        AgentConfig.read(Map.of("NODENAME", "n1", "IP", ip), Optional.empty()).config();
    return new NodeAddresses(
        config,
        new NodeStatusWriter(api, NODE.name()),
        () -> Images.of(NODE),
        () -> KernelFacts.NONE,
        new VirtualTime());
  }

  private void isStoredAt(String address) {
    server.put(
        PATH,
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1",
         "annotations": {"%s": "%s"}}, "spec": {}, "status": {}}
        """
            .formatted(NodeAnnotations.IPV4_ADDRESS, address));
  }

  private String stored() {
    Map<?, ?> meta = (Map<?, ?>) server.at(PATH).orElseThrow().get("metadata");
    return String.valueOf(((Map<?, ?>) meta.get("annotations")).get(NodeAnnotations.IPV4_ADDRESS));
  }

  @Test
  void whatIsDecidedIsWrittenOnTheNodeThatItWasDecidedFor() {
    isStoredAt("172.30.1.9/24");
    assertThat(addresses("172.30.1.10/24").write(NODE)).isEmpty();
    assertThat(stored()).isEqualTo("172.30.1.10/24");
  }

  @Test
  void aNodeThatHasOtherAddressesMeanwhileIsLeft() {
    isStoredAt("172.30.1.77/24");
    assertThat(addresses("172.30.1.10/24").write(NODE))
        .contains("Node object \"n1\": somebody wrote other addresses meanwhile");
    assertThat(stored()).isEqualTo("172.30.1.77/24");
  }

  @Test
  void forAnAddressThatIsKeptNobodyIsAsked() {
    isStoredAt("172.30.1.77/24");
    assertThat(addresses("").write(NODE)).isEmpty();
    assertThat(addresses("none").write(NODE)).isEmpty();
    assertThat(server.requests()).isEmpty();
  }
}
