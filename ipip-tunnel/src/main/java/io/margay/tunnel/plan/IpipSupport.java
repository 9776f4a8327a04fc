package io.margay.tunnel.plan;

/** Who moves the packets of IPIP on this node. */
public enum IpipSupport {
  /** The kernel's own device. */
  KERNEL,
  /** The forwarder process, because this kernel has no ipip. */
  FORWARDER
}
