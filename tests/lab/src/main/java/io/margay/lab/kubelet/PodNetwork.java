package io.margay.lab.kubelet;

import java.util.List;

/** How the sandboxes of a node get their network: by CNI, or by hand where no agent is. */
interface PodNetwork {
  /** Whether it can serve now. */
  boolean isReady();

  /**
   * Connects a sandbox.
   *
   * @return its addresses
   * @throws PodNetworkException when that failed; what was made has been taken back
   */
  List<String> attach(Sandbox sandbox);

  /**
   * Disconnects it; a second time does no harm.
   *
   * @throws PodNetworkException when that failed and should be tried again
   */
  void detach(Sandbox sandbox);
}
