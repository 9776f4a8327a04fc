package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;

/**
 * What a node's VXLAN device of one family is like.
 *
 * @param vni {@code vxlanVNI}
 * @param port UDP port, {@code vxlanPort}
 * @param parent name of the device that has the node's address
 * @param checksumOffload false: checksums are to be made in software, because the kernel or a card
 *     makes wrong ones in tunnels; true: whatever the device has
 */
public record VxlanSettings(
    Family family, int vni, int port, String parent, int mtu, boolean checksumOffload) {
  public static final int DEFAULT_VNI = 4096;
  public static final int DEFAULT_PORT = 4789;
  private static final int MAX_VNI = (1 << 24) - 1;
  private static final int MAX_PORT = 65535;

  public VxlanSettings {
    if (vni < 1 || vni > MAX_VNI || port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("VNI " + vni + " on port " + port + ": no such VXLAN");
    }
    if (parent.isEmpty()) {
      throw new IllegalArgumentException("a VXLAN device without parent");
    }
  }

  /** As Calico has it unless configured. */
  public static VxlanSettings of(Family family, String parent, int mtu) {
    return new VxlanSettings(family, DEFAULT_VNI, DEFAULT_PORT, parent, mtu, true);
  }

  /** Name of the device. */
  public String device() {
    return TunnelKey.vxlanDevice(family);
  }
}
