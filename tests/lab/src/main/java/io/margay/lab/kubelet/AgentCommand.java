package io.margay.lab.kubelet;

import io.margay.lab.plan.Families;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an agent is started.
 *
 * @param java the program
 * @param options of the JVM
 * @param classPath where its classes are, as the lab's process sees it
 */
public record AgentCommand(String java, List<String> options, String classPath) {
  /** The agent's main class: the lab knows it by name only. */
  private static final String MAIN = "io.margay.agent.run.Main";

  public AgentCommand {
    options = List.copyOf(options);
  }

  /** The command line that runs it on a node. */
  public List<String> argv(String node, String kubeconfig, Families families) {
    var argv = new ArrayList<String>();
    argv.add("env");
    environment(node, kubeconfig).forEach((name, value) -> argv.add(name + "=" + value));
    AddressVariables.of(families).forEach((name, value) -> argv.add(name + "=" + value));
    argv.add(java);
    argv.addAll(options);
    argv.addAll(List.of("-cp", classPath, MAIN));
    return argv;
  }

  /** What the manifest of a DaemonSet would set. */
  private static Map<String, String> environment(String node, String kubeconfig) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("NODENAME", node);
    environment.put("KUBECONFIG", kubeconfig);
    environment.put("DATASTORE_TYPE", "kubernetes");
    environment.put("WAIT_FOR_DATASTORE", "true");
    environment.put("CALICO_NETWORKING_BACKEND", "bird");
    environment.put("CLUSTER_TYPE", "k8s,bgp");
    environment.put("NO_DEFAULT_POOLS", "true");
    environment.put("FELIX_HEALTHENABLED", "true");
    environment.put("FELIX_PROMETHEUSMETRICSENABLED", "true");
    environment.put("FELIX_DEFAULTENDPOINTTOHOSTACTION", "ACCEPT");
    environment.put("MARGAY_CNI_CONF_DIR", "/etc/cni/net.d");
    environment.put("MARGAY_CNI_BIN_DIR", "/opt/cni/bin");
    environment.put("MARGAY_CALICOCTL_PROCESSES", "true");
    return environment;
  }
}
