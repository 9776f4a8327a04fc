package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostSettingsTest {
  @Test
  void ipv6IsForwardedOnlyWhereItIsUsed() {
    assertThat(HostSettings.wanted(false))
        .containsOnlyKeys("net/ipv4/ip_forward", "net/netfilter/nf_conntrack_acct");
    assertThat(HostSettings.wanted(true)).containsEntry("net/ipv6/conf/all/forwarding", "1");
  }
}
