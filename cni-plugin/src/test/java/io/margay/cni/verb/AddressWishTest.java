package io.margay.cni.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.RawCall;
import io.margay.cni.protocol.RequestReader;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As Calico's plugin has it: pod over namespace over network configuration. */
class AddressWishTest {
  private static final String PREFIX = "cni.projectcalico.org/";

  record Case(
      String name,
      String ipam,
      String features,
      String args,
      Map<String, String> namespace,
      Map<String, String> pod,
      String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        plain("one IPv4 address", "", Map.of(), Map.of(), "FromPools[pools={IPV4=[]}]"),
        plain(
            "netconf's words",
            ", \"assign_ipv4\": \"false\", \"assign_ipv6\": \"true\", \"ipv6_pools\": [\"p\"]",
            Map.of(),
            Map.of(),
            "FromPools[pools={IPV6=[p]}]"),
        plain(
            "no family",
            ", \"assign_ipv4\": \"false\"",
            Map.of(),
            Map.of(),
            "no address family is asked for"),
        plain(
            "namespace over netconf",
            ", \"ipv4_pools\": [\"netconf\"]",
            Map.of("ipv4pools", "[\"ns\"]"),
            Map.of(),
            "FromPools[pools={IPV4=[ns]}]"),
        plain(
            "pod over namespace",
            "",
            Map.of("ipv4pools", "[\"ns\"]"),
            Map.of("ipv4pools", "[\"10.1.0.0/16\"]"),
            "FromPools[pools={IPV4=[10.1.0.0/16]}]"),
        plain(
            "families of the pod",
            "",
            Map.of("ipFamilies", "[\"IPv4\"]"),
            Map.of("ipFamilies", "[\"IPv6\"]"),
            "FromPools[pools={IPV6=[]}]"),
        plain(
            "unknown family",
            "",
            Map.of(),
            Map.of("ipFamilies", "[\"v4\"]"),
            "annotation cni.projectcalico.org/ipFamilies cannot be used"),
        plain(
            "no family of the pod",
            "",
            Map.of(),
            Map.of("ipFamilies", "[]"),
            "annotation cni.projectcalico.org/ipFamilies is an empty list"),
        plain(
            "pools that are no list",
            "",
            Map.of("ipv4pools", "east"),
            Map.of(),
            "found east; expected a JSON list such as [\"a\",\"b\"]"),
        plain(
            "given addresses, IPv4 first",
            "",
            Map.of(),
            Map.of("ipAddrs", "[\"fd00::7\", \"10.0.0.7\"]"),
            "Given[ips=[10.0.0.7, fd00::7]]"),
        plain(
            "two of a family",
            "",
            Map.of(),
            Map.of("ipAddrs", "[\"10.0.0.8\", \"10.0.0.7\"]"),
            "at most one IPv4 and one IPv6 address"),
        plain("none given", "", Map.of(), Map.of("ipAddrs", "[]"), "lists no address"),
        plain(
            "both kinds of given addresses",
            "",
            Map.of(),
            Map.of("ipAddrs", "[\"10.0.0.7\"]", "ipAddrsNoIpam", "[\"10.0.0.7\"]"),
            "ipAddrs and ipAddrsNoIpam exclude each other"),
        plain(
            "without IPAM, not allowed",
            "",
            Map.of(),
            Map.of("ipAddrsNoIpam", "[\"10.0.0.7\"]"),
            "feature_control.ip_addrs_no_ipam"),
        new Case(
            "without IPAM, allowed",
            "\"calico-ipam\"",
            ", \"feature_control\": {\"ip_addrs_no_ipam\": true}",
            "",
            Map.of(),
            Map.of(PREFIX + "ipAddrsNoIpam", "[\"10.0.0.7\"]"),
            "WithoutIpam[ips=[10.0.0.7]]"),
        new Case(
            "the runtime's wish",
            "\"calico-ipam\"",
            "",
            "IP=10.0.0.9",
            Map.of(),
            Map.of(),
            "Given[ips=[10.0.0.9]]"),
        new Case(
            "another IPAM plugin",
            "\"host-local\"",
            "",
            "",
            Map.of(),
            Map.of(),
            "ipam.type \"host-local\" is not served"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsWish(Case c) {
    String netconf =
        "{\"cniVersion\": \"1.0.0\", \"name\": \"n\", \"ipam\": {\"type\": %s}%s}"
            .formatted(c.ipam, c.features);
    var call =
        new RawCall(
            "calico",
            Map.of(
                "CNI_COMMAND", "DEL",
                "CNI_CONTAINERID", "c",
                "CNI_IFNAME", "eth0",
                "CNI_PATH", "/x",
                "CNI_ARGS", c.args),
            netconf);
    var read = (RequestReader.Read.Good) RequestReader.read(call);
    var del = (CniRequest.Del) read.request();
    AddressWish wish = AddressWish.of(del.netconf(), del.container().args(), c.namespace, c.pod);
    assertThat(wish.toString()).contains(c.expected);
  }

  private static Case plain(
      String name,
      String ipam,
      Map<String, String> namespace,
      Map<String, String> pod,
      String expected) {
    return new Case(
        name, "\"calico-ipam\"" + ipam, "", "", prefixed(namespace), prefixed(pod), expected);
  }

  private static Map<String, String> prefixed(Map<String, String> annotations) {
    return annotations.entrySet().stream()
        .collect(Collectors.toMap(e -> PREFIX + e.getKey(), Map.Entry::getValue));
  }
}
