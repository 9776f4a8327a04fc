package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.List;

/**
 * What becomes of packets to addresses of services that nobody took before: kube-proxy knows none
 * of that address. The router that sends all of a range to the nodes would get them back.
 *
 * @param services ranges that nodes announce for services; none where loops are not prevented
 */
public record ServiceLoop(RenderSettings.DenyAction deny, List<Prefix> services) {
  /** Such packets go where the routes say. */
  public static final ServiceLoop ALLOWED =
      new ServiceLoop(RenderSettings.DenyAction.DROP, List.of());

  /** The ranges, in any order, and as often as one likes. */
  public ServiceLoop {
    services = services.stream().distinct().sorted().toList();
  }

  /** The ranges of a family, in order. */
  List<Prefix> services(Family family) {
    return services.stream().filter(range -> range.family() == family).toList();
  }
}
