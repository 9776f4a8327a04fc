package io.margay.cluster;

import java.util.Arrays;
import java.util.List;

/** The programs of a control plane, named as their packages in src/main/go. */
enum Tool {
  ETCD("etcd", true),
  API_SERVER("kube-apiserver", true),
  CONTROLLER_MANAGER("kube-controller-manager", false),
  KUBECTL("kubectl", true);

  private final String program;
  private final boolean inAssets;

  Tool(String program, boolean inAssets) {
    this.program = program;
    this.inAssets = inAssets;
  }

  String program() {
    return program;
  }

  /** Whether it is among the programs of KUBEBUILDER_ASSETS. */
  boolean isInAssets() {
    return inAssets;
  }

  static List<Tool> all() {
    return Arrays.asList(values());
  }
}
