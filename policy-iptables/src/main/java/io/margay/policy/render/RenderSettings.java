package io.margay.policy.render;

import java.util.List;

/**
 * What FelixConfiguration says about policy.
 *
 * @param interfacePrefixes what the host ends of workloads' interfaces begin with ({@code
 *     interfacePrefix})
 * @param hookMode where our rules stand in the kernel's chains ({@code chainInsertMode})
 * @param endpointToHost what becomes of packets from a workload to its own node, once its policy
 *     has let them go ({@code defaultEndpointToHostAction})
 * @param deny what becomes of a denied packet ({@code iptablesFilterDenyAction})
 * @param markMask bits of the packet mark that are ours ({@code iptablesMarkMask})
 * @param ipv6 whether IPv6 gets chains and sets too ({@code ipv6Support})
 * @param ipip whether nodes send each other IPIP packets ({@code ipipEnabled})
 * @param tunnelDevices what leaves by these gets their address as source
 * @param vxlanPort a workload may not send to it ({@code vxlanPort})
 * @param vxlanFromWorkloads unless this allows it ({@code allowVXLANPacketsFromWorkloads})
 * @param ipipFromWorkloads the same for protocol 4 ({@code allowIPIPPacketsFromWorkloads})
 * @param dropInvalid drop what connection tracking calls invalid ({@code
 *     disableConntrackInvalidCheck}, turned round)
 * @param maxSetSize members that a set may have (Calico's limit for ipsets)
 */
public record RenderSettings(
    List<String> interfacePrefixes,
    HookMode hookMode,
    HostAction endpointToHost,
    DenyAction deny,
    long markMask,
    boolean ipv6,
    boolean ipip,
    List<String> tunnelDevices,
    int vxlanPort,
    boolean vxlanFromWorkloads,
    boolean ipipFromWorkloads,
    boolean dropInvalid,
    int maxSetSize) {

  /** Felix's defaults with what Calico's manifest sets besides. */
  public static final RenderSettings DEFAULT =
      new RenderSettings(
          List.of("cali"),
          HookMode.INSERT,
          HostAction.ACCEPT,
          DenyAction.DROP,
          0xffff0000L,
          false,
          false,
          List.of(),
          4789,
          false,
          false,
          true,
          1 << 20);

  public RenderSettings {
    if (interfacePrefixes.isEmpty()) {
      throw new IllegalArgumentException("no interface prefix");
    }
    interfacePrefixes = List.copyOf(interfacePrefixes);
    tunnelDevices = List.copyOf(tunnelDevices);
    Marks.of(markMask);
  }

  /** Before or behind the rules of others. */
  public enum HookMode {
    INSERT,
    APPEND
  }

  /** RETURN leaves it to the rules behind ours. */
  public enum HostAction {
    DROP,
    ACCEPT,
    RETURN
  }

  /** Say nothing, or answer with an ICMP error. */
  public enum DenyAction {
    DROP,
    REJECT
  }

  /** The same with IPIP on or off, and the tunnel devices that there are. */
  public RenderSettings withIpip(boolean on, List<String> devices) {
    return new RenderSettings(
        interfacePrefixes,
        hookMode,
        endpointToHost,
        deny,
        markMask,
        ipv6,
        on,
        devices,
        vxlanPort,
        vxlanFromWorkloads,
        ipipFromWorkloads,
        dropInvalid,
        maxSetSize);
  }

  Marks marks() {
    return Marks.of(markMask);
  }
}
