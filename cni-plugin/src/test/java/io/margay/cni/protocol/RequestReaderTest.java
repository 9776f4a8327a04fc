package io.margay.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CNI specification 1.1.0, "Execution Protocol" and "Error"; codes as libcni's skeleton has them.
 */
class RequestReaderTest {
  private static final Map<String, String> GOOD =
      Map.of(
          "CNI_COMMAND", "ADD",
          "CNI_CONTAINERID", "0a1b2c",
          "CNI_NETNS", "/run/netns/x",
          "CNI_IFNAME", "eth0",
          "CNI_PATH", "/opt/cni/bin",
          "CNI_ARGS", "K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod-0");
  private static final String NETCONF = "{\"cniVersion\": \"1.1.0\", \"name\": \"k8s\"}";

  /** A call that is refused; variables are changed by {@code name=value}, netconf replaced. */
  record Bad(String change, String input, int code, String text) {
    @Override
    public String toString() {
      return change + " " + input;
    }
  }

  static Stream<Bad> refusals() {
    return Stream.of(
        new Bad("CNI_COMMAND=", NETCONF, 4, "required env variables [CNI_COMMAND] missing"),
        new Bad("CNI_CONTAINERID=", NETCONF, 4, "required env variables [CNI_CONTAINERID] missing"),
        new Bad("CNI_NETNS=", NETCONF, 4, "required env variables [CNI_NETNS] missing"),
        new Bad("CNI_IFNAME=", NETCONF, 4, "required env variables [CNI_IFNAME] missing"),
        new Bad("CNI_PATH=", NETCONF, 4, "required env variables [CNI_PATH] missing"),
        new Bad("CNI_COMMAND=PLUG", NETCONF, 4, "unknown CNI_COMMAND: PLUG"),
        new Bad("CNI_CONTAINERID=../x", NETCONF, 4, "CNI_CONTAINERID is malformed"),
        new Bad("CNI_IFNAME=eth0/1", NETCONF, 4, "CNI_IFNAME is malformed"),
        new Bad("CNI_IFNAME=abcdefghijklmnop", NETCONF, 4, "up to 15 characters"),
        new Bad("CNI_IFNAME=..", NETCONF, 4, "CNI_IFNAME is malformed"),
        new Bad("CNI_NETNS=run/x", NETCONF, 4, "expected an absolute path"),
        new Bad("CNI_ARGS=K8S_POD_NAME", NETCONF, 4, "\"K8S_POD_NAME\" is not KEY=VALUE"),
        new Bad("CNI_ARGS=FOO=1;BAR=2", NETCONF, 4, "unknown BAR, FOO"),
        new Bad("CNI_ARGS=IgnoreUnknown=maybe", NETCONF, 4, "IgnoreUnknown"),
        new Bad("CNI_ARGS=K8S_POD_NAME=a", NETCONF, 4, "belong together"),
        new Bad(
            "CNI_ARGS=K8S_POD_NAMESPACE=a;K8S_POD_NAME=../b", NETCONF, 4, "no name of Kubernetes"),
        new Bad("CNI_ARGS=IP=10.0.0", NETCONF, 4, "expected an IP address"),
        new Bad("A=", "", 6, "end-of-input"),
        new Bad("A=", "null", 6, "nothing there"),
        new Bad("A=", "{\"name\": ", 6, "line 1"),
        new Bad("A=", "{} {}", 6, "Trailing token"),
        new Bad("A=", "[]", 6, "expected a JSON object"),
        new Bad(
            "A=", "{\"cniVersion\": \"9.9.9\"}", 1, "config is \"9.9.9\", plugin supports [0.1.0,"),
        new Bad("CNI_COMMAND=STATUS", "{\"cniVersion\": \"1.0.0\", \"name\": \"k\"}", 1, "1.1.0"),
        new Bad("CNI_COMMAND=GC", "{\"cniVersion\": \"0.3.1\", \"name\": \"k\"}", 1, "GC"),
        new Bad("CNI_COMMAND=CHECK", "{\"cniVersion\": \"0.3.1\", \"name\": \"k\"}", 1, "0.4.0"),
        new Bad("A=", "{}", 7, "name is missing"),
        new Bad("A=", "{\"name\": \"a b\"}", 7, "name is \"a b\""),
        new Bad("A=", "{\"name\": \"k\", \"mtu\": 70000}", 7, "mtu is 70000"),
        new Bad("A=", "{\"name\": \"k\", \"mtu\": \"x\"}", 7, "mtu is \"x\""),
        new Bad("A=", "{\"name\": \"k\", \"ipam\": 7}", 7, "ipam is 7; expected an object"),
        new Bad(
            "A=",
            "{\"name\":\"k\",\"ipam\":{\"type\":\"calico-ipam\",\"assign_ipv4\":\"yes\"}}",
            7,
            "ipam.assign_ipv4 is \"yes\""),
        new Bad(
            "A=", "{\"name\":\"k\",\"readiness_gates\":[\"tcp://a\"]}", 7, "readiness_gates[0]"),
        new Bad("CNI_COMMAND=CHECK", NETCONF, 7, "prevResult is missing"),
        new Bad("CNI_COMMAND=GC", NETCONF, 7, "cni.dev/valid-attachments is missing"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Bad bad) {
    var environment = new HashMap<>(GOOD);
    int equals = bad.change.indexOf('=');
    environment.put(bad.change.substring(0, equals), bad.change.substring(equals + 1));

    var read = RequestReader.read(new RawCall("calico", environment, bad.input));
    assertThat(read).isInstanceOf(RequestReader.Read.Refused.class);
    var refused = (RequestReader.Read.Refused) read;
    assertThat(refused.error().code()).as(refused.toString()).isEqualTo(bad.code);
    assertThat(refused.error().msg() + " " + refused.error().details()).contains(bad.text);
    String json = Answer.of(refused.error(), refused.cniVersion()).text();
    assertThat(Json.parse(json)).isInstanceOf(Json.Parsed.Document.class);
  }

  @Test
  void emptyVersionIsTheOneOfOldRuntimes() {
    assertThat(add("{\"name\": \"k\"}").netconf().version()).isEqualTo(SpecVersion.V0_2_0);
  }

  @Test
  void podAndUidAreRead() {
    CniArgs args = add(NETCONF).container().args();
    assertThat(args.pod()).contains(new PodName("ns", "pod-0"));
    assertThat(args.uid()).isEmpty();
  }

  // The file of the seed article, as the runtime hands its first plugin over.
  @Test
  void everyKeyOfCalicoIsAccepted() {
    CniRequest.Add add =
        add(
            """
            {"name": "k8s-pod-network", "cniVersion": "0.3.1", "type": "calico",
             "log_level": "info", "log_file_path": "/var/log/calico/cni/cni.log",
             "log_file_max_size": 100, "log_file_max_age": 30, "log_file_max_count": 10,
             "datastore_type": "kubernetes", "nodename": "node-a", "mtu": 0,
             "nodename_file": "/var/lib/calico/nodename", "nodename_file_optional": true,
             "require_mtu_file": true, "num_queues": 1, "qps": 1, "burst": 1, "mode": "x",
             "ipam": {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "false",
                      "ipv4_pools": ["default-ipv4-ippool", "10.1.0.0/16"], "ipv6_pools": []},
             "policy": {"type": "k8s"},
             "kubernetes": {"kubeconfig": "/etc/cni/net.d/calico-kubeconfig"},
             "feature_control": {"ip_addrs_no_ipam": true, "floating_ips": true},
             "container_settings": {"allow_ip_forwarding": true},
             "include_default_routes": true, "readiness_gates": ["http://localhost:9099/readiness"],
             "policy_setup_timeout_seconds": 5, "endpoint_status_dir": "/x",
             "ipam_lock_file": "/y", "calico_api_group": "crd.projectcalico.org/v1",
             "something_new": {"a": [1]}}
            """);
    assertThat(add.netconf())
        .isEqualTo(
            new Netconf(
                SpecVersion.V0_3_1,
                "k8s-pod-network",
                "calico",
                new Netconf.Ipam.Blocks(
                    true, false, List.of("default-ipv4-ippool", "10.1.0.0/16"), List.of()),
                0,
                true,
                true,
                true,
                true,
                true,
                List.of(URI.create("http://localhost:9099/readiness"))));
  }

  @Test
  void delNeedsNeitherNamespaceNorPrevResult() {
    var environment = new HashMap<>(GOOD);
    environment.put("CNI_COMMAND", "DEL");
    environment.remove("CNI_NETNS");
    String input = "{\"cniVersion\": \"1.0.0\", \"name\": \"k\", \"prevResult\": \"broken\"}";
    assertThat(RequestReader.read(new RawCall("calico-ipam", environment, input)))
        .isInstanceOfSatisfying(
            RequestReader.Read.Good.class,
            good -> assertThat(good.request().plugin()).isEqualTo(CniRequest.Plugin.CALICO_IPAM));
  }

  private static CniRequest.Add add(String netconf) {
    var read = RequestReader.read(new RawCall("calico", GOOD, netconf));
    assertThat(read).isInstanceOf(RequestReader.Read.Good.class);
    return (CniRequest.Add) ((RequestReader.Read.Good) read).request();
  }
}
