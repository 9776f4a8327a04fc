package io.margay.policy.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.policy.model.NamedPort;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.selector.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SetIndexTest {
  private static final SetQuery WEB = new SetQuery.Addresses(Selector.of("app == 'web'"));
  private static final SetQuery HTTP =
      new SetQuery.NamedPort(Selector.of("app == 'web'"), Protocol.TCP, "http");

  private final SetIndex index = new SetIndex("ns");

  private void put(String name, String app, List<NamedPort> ports, String... ips) {
    index.put(
        new Workload(
            new WorkloadKey("n", name),
            Map.of("app", app),
            List.of(),
            List.of(ips).stream().map(Ip::of).toList(),
            ports,
            Optional.empty()),
        Map.of("app", app, "ns", "n"));
  }

  @Test
  void holdsAddressesOfEachFamily() {
    put("a", "web", List.of(), "10.0.0.1", "fd00::1");
    index.want(Set.of(WEB));
    put("b", "web", List.of(), "10.0.0.2");
    assertThat(index.takeChanged()).containsExactly(WEB);
    assertThat(index.members(WEB, Family.IPV4)).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
    assertThat(index.members(WEB, Family.IPV6)).containsExactly("fd00::1");
    assertThat(index.takeChanged()).isEmpty();
  }

  @Test
  void holdsPortsByNameAndProtocol() {
    index.want(Set.of(HTTP));
    put(
        "a",
        "web",
        List.of(
            new NamedPort("http", Protocol.TCP, 80),
            new NamedPort("http", Protocol.UDP, 81),
            new NamedPort("http", Protocol.TCP, 82),
            new NamedPort("https", Protocol.TCP, 443)),
        "10.0.0.1");
    assertThat(index.members(HTTP, Family.IPV4))
        .containsExactlyInAnyOrder("10.0.0.1,tcp:80", "10.0.0.1,tcp:82");
  }

  @Test
  void followsAddressesPortsAndLabels() {
    index.want(Set.of(WEB, HTTP));
    put("a", "web", List.of(new NamedPort("http", Protocol.TCP, 80)), "10.0.0.1");
    put("a", "web", List.of(new NamedPort("http", Protocol.TCP, 8080)), "10.0.0.9");
    assertThat(index.members(WEB, Family.IPV4)).containsExactly("10.0.0.9");
    assertThat(index.members(HTTP, Family.IPV4)).containsExactly("10.0.0.9,tcp:8080");
    put("a", "db", List.of(), "10.0.0.9");
    assertThat(index.members(WEB, Family.IPV4)).isEmpty();
    assertThat(index.members(HTTP, Family.IPV4)).isEmpty();
  }

  @Test
  void anAddressOfThreeLeavesWithTheThird() {
    index.want(Set.of(WEB));
    for (String name : List.of("a", "b", "c")) {
      put(name, "web", List.of(), "10.0.0.1");
    }
    index.remove(new WorkloadKey("n", "a"));
    index.remove(new WorkloadKey("n", "b"));
    assertThat(index.members(WEB, Family.IPV4)).containsExactly("10.0.0.1");
    index.remove(new WorkloadKey("n", "c"));
    index.remove(new WorkloadKey("n", "c"));
    assertThat(index.members(WEB, Family.IPV4)).isEmpty();
  }

  @Test
  void whatNobodyWantsAnyMoreIsForgotten() {
    index.want(Set.of(WEB));
    put("a", "web", List.of(), "10.0.0.1");
    index.want(Set.of());
    assertThat(index.takeChanged()).isEmpty();
    put("a", "web", List.of(), "10.0.0.2");
    index.want(Set.of(WEB));
    assertThat(index.members(WEB, Family.IPV4)).containsExactly("10.0.0.2");
  }
}
