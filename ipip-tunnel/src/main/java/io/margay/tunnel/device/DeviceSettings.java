package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.socket.EthtoolSocket;
import io.margay.kernel.sysctl.Sysctl;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a tunnel device has besides its link: offloads, and the sysctls that would make it drop what
 * it should take. Owned by the thread of the tunnel loop.
 */
public final class DeviceSettings implements AutoCloseable {
  /** A packet may come by another tunnel than the answer takes while a pool's mode changes. */
  static final String STRICT = "strict rp_filter";

  /** A router behind the tunnel could give this host another default route. */
  static final String ROUTER_ADVERTISEMENTS = "accept_ra";

  private static final EventLog LOG = EventLog.of(DeviceSettings.class);
  private static final String IS_STRICT = "1";
  private static final String LOOSE = "2";
  private static final String OFF = "0";

  private final Netns namespace;
  private final EthtoolSocket ethtool;

  /** Devices that were told to leave checksums alone: of others it is nobody's business here. */
  private final Set<String> withoutOffload = new HashSet<>();

  private DeviceSettings(Netns namespace, EthtoolSocket ethtool) {
    this.namespace = namespace;
    this.ethtool = ethtool;
  }

  /** Those of the devices of a namespace, which stays the caller's to close, after this. */
  public static DeviceSettings in(Netns namespace) {
    return new DeviceSettings(namespace, namespace.call(EthtoolSocket::open));
  }

  /** What is not as it should be: of {@link #STRICT} and {@link #ROUTER_ADVERTISEMENTS}. */
  Set<String> oddities(String device, Family family) {
    return namespace.call(() -> isOdd(device, family) ? Set.of(oddity(family)) : Set.of());
  }

  /** Makes it as it should be. */
  void mend(String device, Family family) {
    namespace.run(() -> {
      if (isOdd(device, family)) {
        switch (family) {
          case IPV4 -> Sysctl.writeIfPresent(reversePath(device), LOOSE);
          case IPV6 -> Sysctl.writeIfPresent(acceptsAdvertisements(device), OFF);
        }
      }
    });
  }

  private static String oddity(Family family) {
    return switch (family) {
      case IPV4 -> STRICT;
      case IPV6 -> ROUTER_ADVERTISEMENTS;
    };
  }

  private static boolean isOdd(String device, Family family) {
    return switch (family) {
      // The larger of the two counts: 2, loose, goes before 1, strict.
      case IPV4 -> {
        Optional<String> own = Sysctl.read(reversePath(device));
        Optional<String> all = Sysctl.read(reversePath("all"));
        boolean strict = own.equals(Optional.of(IS_STRICT)) || all.equals(Optional.of(IS_STRICT));
        yield strict && !own.equals(Optional.of(LOOSE)) && !all.equals(Optional.of(LOOSE));
      }
      case IPV6 ->
          Sysctl.read(acceptsAdvertisements(device)).filter(v -> !v.equals(OFF)).isPresent();
    };
  }

  private static String reversePath(String device) {
    return "net/ipv4/conf/" + device + "/rp_filter";
  }

  private static String acceptsAdvertisements(String device) {
    return "net/ipv6/conf/" + device + "/accept_ra";
  }

  /** Whether the device may make checksums, as far as that was asked; true where it was not. */
  boolean offloadsChecksums(String device) {
    return !withoutOffload.contains(device) || ethtool.sendChecksums(device);
  }

  /** Whether the device may: it is never told to, since somebody else may know better. */
  void allowOffload(String device, boolean allowed) {
    if (allowed) {
      withoutOffload.remove(device);
    } else if (withoutOffload.add(device) || ethtool.sendChecksums(device)) {
      ethtool.sendChecksums(device, false);
      LOG.info("tunnel.checksums.in-software", "device", device);
    }
  }

  /** A device that is gone. */
  void forget(String device) {
    withoutOffload.remove(device);
  }

  @Override
  public void close() {
    ethtool.close();
  }
}
