package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
 * @param tunnels what nodes send each other packets in
 * @param vxlanPort where VXLAN is received; a workload may not send to it ({@code vxlanPort})
 * @param vxlanFromWorkloads unless this allows it ({@code allowVXLANPacketsFromWorkloads})
 * @param ipipFromWorkloads the same for protocol 4 ({@code allowIPIPPacketsFromWorkloads})
 * @param dropInvalid drop what connection tracking calls invalid ({@code
 *     disableConntrackInvalidCheck}, turned round)
 * @param maxSetSize members that a set may have (Calico's limit for ipsets)
 * @param externalNodes who may send encapsulated packets though it is no node ({@code
 *     externalNodesList})
 * @param serviceLoop what becomes of packets to services that are none ({@code
 *     serviceLoopPrevention})
 */
public record RenderSettings(
    List<String> interfacePrefixes,
    HookMode hookMode,
    HostAction endpointToHost,
    DenyAction deny,
    long markMask,
    boolean ipv6,
    Tunnels tunnels,
    int vxlanPort,
    boolean vxlanFromWorkloads,
    boolean ipipFromWorkloads,
    boolean dropInvalid,
    int maxSetSize,
    List<Prefix> externalNodes,
    ServiceLoop serviceLoop) {

  /** Felix's defaults with what Calico's manifest sets besides. */
  public static final RenderSettings DEFAULT =
      new RenderSettings(
          List.of("cali"),
          HookMode.INSERT,
          HostAction.ACCEPT,
          DenyAction.DROP,
          0xffff0000L,
          false,
          Tunnels.NONE,
          4789,
          false,
          false,
          true,
          1 << 20,
          List.of(),
          ServiceLoop.ALLOWED);

  public RenderSettings {
    if (interfacePrefixes.isEmpty()) {
      throw new IllegalArgumentException("no interface prefix");
    }
    interfacePrefixes = List.copyOf(interfacePrefixes);
    externalNodes = List.copyOf(externalNodes);
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

  /**
   * The tunnels that this node takes packets from, by the names of their devices: packets of a
   * process that leave by one get its address as source.
   *
   * @param ipip carries IPv4
   * @param udp carries IPv4, in datagrams to {@link #UDP_PORT}
   * @param vxlan4 carries IPv4, in IPv4
   * @param vxlan6 carries IPv6, in IPv6
   */
  public record Tunnels(
      Optional<String> ipip,
      Optional<String> udp,
      Optional<String> vxlan4,
      Optional<String> vxlan6) {
    /** Packets travel as they are. */
    public static final Tunnels NONE =
        new Tunnels(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Where nodes take packets in UDP (Flannel's udp backend has the same). */
    static final int UDP_PORT = 8285;

    Optional<String> ipip(Family family) {
      return family == Family.IPV4 ? ipip : Optional.empty();
    }

    Optional<String> udp(Family family) {
      return family == Family.IPV4 ? udp : Optional.empty();
    }

    Optional<String> vxlan(Family family) {
      return family == Family.IPV4 ? vxlan4 : vxlan6;
    }

    /** The devices that carry packets of a family. */
    List<String> devices(Family family) {
      return Stream.of(ipip(family), udp(family), vxlan(family)).flatMap(Optional::stream).toList();
    }
  }

  /** The same with other tunnels, VXLAN on that port, and those besides the nodes. */
  public RenderSettings with(Tunnels others, int port, List<Prefix> besides) {
    return new RenderSettings(
        interfacePrefixes,
        hookMode,
        endpointToHost,
        deny,
        markMask,
        ipv6,
        others,
        port,
        vxlanFromWorkloads,
        ipipFromWorkloads,
        dropInvalid,
        maxSetSize,
        besides,
        serviceLoop);
  }

  /** The same with that for services' addresses. */
  public RenderSettings with(ServiceLoop loop) {
    return new RenderSettings(
        interfacePrefixes,
        hookMode,
        endpointToHost,
        deny,
        markMask,
        ipv6,
        tunnels,
        vxlanPort,
        vxlanFromWorkloads,
        ipipFromWorkloads,
        dropInvalid,
        maxSetSize,
        externalNodes,
        loop);
  }

  Marks marks() {
    return Marks.of(markMask);
  }
}
