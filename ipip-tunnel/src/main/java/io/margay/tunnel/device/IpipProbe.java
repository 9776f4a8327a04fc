package io.margay.tunnel.device;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NewLink;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelKey;
import java.util.Optional;

/**
 * Finds out who moves IPIP on this node. Asking makes the kernel load its module and its {@code
 * tunl0} where it can: to be asked once, when IPIP is first needed.
 */
public final class IpipProbe {
  static final String KERNEL_KIND = "ipip";
  static final String TUN_KIND = "tun";

  private IpipProbe() {}

  /** The answer, and what it rests on. */
  public record Found(IpipSupport support, String why) {}

  /**
   * Asks the kernel of the socket's namespace.
   *
   * @throws io.margay.kernel.libc.KernelException when it refuses to tell, as without privileges
   */
  public static Found ask(Rtnl rtnl) {
    Optional<LinkEntry> present = rtnl.link(TunnelKey.TUNL0);
    if (present.isPresent()) {
      return ofExisting(present.get());
    }
    var request =
        new LinkRequest.Create(
            new NewLink.Tunnel(TunnelKey.TUNL0, Optional.empty(), LinkData.Ipip.ANY));
    Ack ack = rtnl.apply(request);
    if (ack.is(Errno.EOPNOTSUPP)) {
      return new Found(IpipSupport.FORWARDER, "the kernel has no ipip");
    }
    // EEXIST: loading the module has made tunl0.
    if (!ack.is(Errno.EEXIST)) {
      ack.orThrow(request);
    }
    return new Found(IpipSupport.KERNEL, "the kernel has made tunl0");
  }

  private static Found ofExisting(LinkEntry tunl0) {
    return switch (tunl0.kind()) {
      case KERNEL_KIND -> new Found(IpipSupport.KERNEL, "the kernel's tunl0 is there");
      case TUN_KIND -> new Found(IpipSupport.FORWARDER, "tunl0 is there and is a TUN");
      // The kernel cannot make its own either: the name is taken. The forwarder will say so.
      default ->
          new Found(
              IpipSupport.FORWARDER, "tunl0 is there and is a device of kind " + tunl0.kind());
    };
  }
}
