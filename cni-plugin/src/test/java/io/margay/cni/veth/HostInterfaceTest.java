package io.margay.cni.veth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostInterfaceTest {
  @Test
  void nameIsElevenDigitsOfTheHashOfNamespaceAndPod() {
    // printf 'default.nginx' | sha1sum
    assertThat(HostInterface.ofPod("cali", "default", "nginx")).isEqualTo("calic440f455693");
  }

  @Test
  void containerThatIsNoPodGivesItsId() {
    assertThat(HostInterface.ofContainer("cali", "0123456789abcdef")).isEqualTo("cali0123456789a");
    assertThat(HostInterface.ofContainer("cali", "c1")).isEqualTo("calic1");
  }
}
