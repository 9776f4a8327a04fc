package io.margay.lab.kubelet;

import io.margay.foundation.addr.Family;
import io.margay.lab.plan.Families;
import java.util.LinkedHashMap;
import java.util.Map;

/** Variables of an agent by which it knows the cluster's families: docs/ipv6.md. */
final class AddressVariables {
  private AddressVariables() {}

  static Map<String, String> of(Families families) {
    var variables = new LinkedHashMap<String, String>();
    boolean four = families.has(Family.IPV4);
    boolean six = families.has(Family.IPV6);
    variables.put("IP", four ? "autodetect" : "none");
    if (four) {
      variables.put("IP_AUTODETECTION_METHOD", "interface=eth0");
    }
    if (six) {
      variables.put("IP6", "autodetect");
      variables.put("IP6_AUTODETECTION_METHOD", "interface=eth0");
      variables.put("FELIX_IPV6SUPPORT", "true");
      variables.put("CNI_NETWORK_CONFIG", networkConfig(four, six));
    }
    if (!four) {
      variables.put("CALICO_ROUTER_ID", "hash");
    }
    return variables;
  }

  private static String networkConfig(boolean ipv4, boolean ipv6) {
    return """
    {"name": "k8s-pod-network", "cniVersion": "0.3.1", "plugins": [
      {"type": "calico", "datastore_type": "kubernetes", "nodename": "__KUBERNETES_NODE_NAME__",
       "mtu": __CNI_MTU__,
       "ipam": {"type": "calico-ipam", "assign_ipv4": "%b", "assign_ipv6": "%b"},
       "policy": {"type": "k8s"}, "kubernetes": {"kubeconfig": "__KUBECONFIG_FILEPATH__"}},
      {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}]}
    """
        .formatted(ipv4, ipv6);
  }
}
