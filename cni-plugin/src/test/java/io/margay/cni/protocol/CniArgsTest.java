package io.margay.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CniArgsTest {
  @Test
  void unknownKeysPassWithIgnoreUnknown() {
    assertThat(
            CniArgs.parse(
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=kube-system;K8S_POD_NAME=a.b-0;"
                    + "K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=u-1;IP=fd00::1;OTHER=x"))
        .isEqualTo(
            new CniArgs.Parsed.Good(
                new CniArgs(
                    Optional.of(new PodName("kube-system", "a.b-0")),
                    Optional.of("u-1"),
                    Optional.of(Ip.of("fd00::1")))));
  }

  @Test
  void nothingIsSaidByAnEmptyText() {
    assertThat(CniArgs.parse("")).isEqualTo(new CniArgs.Parsed.Good(CniArgs.NONE));
    assertThat(CniArgs.parse("IgnoreUnknown=true;"))
        .isEqualTo(new CniArgs.Parsed.Good(CniArgs.NONE));
  }
}
