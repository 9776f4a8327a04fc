package io.margay.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.foundation.addr.Prefix;
import io.margay.lab.api.ResourceKind;
import org.junit.jupiter.api.Test;

class BirdBlockTest {
  private static final Prefix CIDR = Prefix.of("10.245.200.0/30");

  private static BirdBlock.Handle handle(String pod) {
    return new BirdBlock.Handle("k8s-pod-network." + pod, "shop", pod);
  }

  @Test
  void addressesAreTakenFromTheFrontUntilNoneIsLeft() {
    BirdBlock block = BirdBlock.empty("bird1", CIDR);
    for (int i = 0; i < 4; i++) {
      BirdBlock.Taken taken = block.take(handle("p" + i)).orElseThrow();
      assertThat(taken.address()).hasToString("10.245.200." + i);
      block = taken.after();
    }
    assertThat(block.take(handle("p4"))).isEmpty();
    block = block.release("k8s-pod-network.p1");
    assertThat(block.take(handle("p4")).orElseThrow().address()).hasToString("10.245.200.1");
  }

  @Test
  void theObjectsSayWhoHasWhat() {
    BirdBlock block = BirdBlock.empty("bird1", CIDR).take(handle("Web")).orElseThrow().after();
    var objects = block.objects();
    assertThat(objects)
        .extracting(o -> o.kind().kind() + " " + o.name())
        .containsExactly(
            "BlockAffinity bird1-10-245-200-0-30",
            "IPAMBlock 10-245-200-0-30",
            "IPAMHandle k8s-pod-network.web");
    JsonNode spec = objects.get(1).object().path("spec");
    assertThat(objects.get(1).kind()).isEqualTo(ResourceKind.IPAM_BLOCK);
    assertThat(spec.path("allocations").toString()).isEqualTo("[0,null,null,null]");
    assertThat(spec.path("unallocated").toString()).isEqualTo("[1,2,3]");
    assertThat(spec.at("/attributes/0/handle_id").asText()).isEqualTo("k8s-pod-network.Web");
    assertThat(spec.path("affinity").asText()).isEqualTo("host:bird1");
  }
}
