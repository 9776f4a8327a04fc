package io.margay.cni.protocol;

import java.util.List;
import java.util.Optional;

/** A request that is complete and well formed. */
public sealed interface CniRequest {
  /** As which plugin the binary was started. */
  Plugin plugin();

  /** The network configuration. */
  Netconf netconf();

  /** The two plugins that one binary is, by its name. */
  enum Plugin {
    /** {@code calico}: interfaces, and addresses by the way. */
    CALICO,
    /** {@code calico-ipam}: addresses for another plugin's interface. */
    CALICO_IPAM
  }

  /**
   * The container that a request is about.
   *
   * @param netns path of the network namespace; DEL may come without
   */
  record Container(String id, Optional<String> netns, String ifName, CniArgs args) {}

  /**
   * Make the interface (or give the addresses).
   *
   * @param previous what plugins before in the chain made
   */
  record Add(Plugin plugin, Netconf netconf, Container container, String netns, CniResult previous)
      implements CniRequest {}

  /** Take all away again; what is not there is no error. */
  record Del(Plugin plugin, Netconf netconf, Container container) implements CniRequest {}

  /**
   * Is all as ADD left it?
   *
   * @param previous the result of the ADD
   */
  record Check(
      Plugin plugin, Netconf netconf, Container container, String netns, CniResult previous)
      implements CniRequest {}

  /** Could an ADD be served now? */
  record Status(Plugin plugin, Netconf netconf) implements CniRequest {}

  /** Take away what belongs to no container that the runtime still has. */
  record Gc(Plugin plugin, Netconf netconf, List<Netconf.Attachment> valid) implements CniRequest {}
}
