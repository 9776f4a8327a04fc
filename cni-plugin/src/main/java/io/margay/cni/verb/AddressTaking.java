package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.PodName;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.allocate.GivenRequest;
import io.margay.ipam.allocate.Refusal;
import io.margay.ipam.allocate.ReleaseRequest;
import io.margay.ipam.allocate.ReleaseResult;
import io.margay.ipam.store.Pool;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Takes the addresses of one container from IPAM, all of the wish or none. Owned by the request's
 * thread.
 */
final class AddressTaking {
  private static final EventLog LOG = EventLog.of(AddressTaking.class);
  // Go's time.Time.String() in UTC, which Calico writes; its fraction has no trailing zeros.
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral(" +0000 UTC")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Addresses addresses;
  private final String handle;
  private final Map<String, String> attributes;
  private final List<InterfaceAddress> taken = new ArrayList<>();

  private AddressTaking(Addresses addresses, String handle, Map<String, String> attributes) {
    this.addresses = addresses;
    this.handle = handle;
    this.attributes = attributes;
  }

  /** For a container; the attributes are those by which Calico's garbage collection judges. */
  static AddressTaking of(
      Addresses addresses, String handle, String node, Optional<PodName> pod, Instant now) {
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("node", node);
    pod.ifPresent(name -> {
      attributes.put("namespace", name.namespace());
      attributes.put("pod", name.name());
    });
    attributes.put("timestamp", TIMESTAMP.format(now));
    return new AddressTaking(addresses, handle, attributes);
  }

  /** Takes what is wished for; an error, or a fault of ours, leaves nothing taken. */
  Optional<CniError> take(AddressWish wish, Optional<Map<String, String>> namespaceLabels) {
    boolean whole = false;
    try {
      Optional<CniError> error =
          switch (wish) {
            case AddressWish.Impossible(var why) -> Optional.of(why);
            case AddressWish.WithoutIpam _ -> Optional.empty();
            case AddressWish.Given(var ips) -> takeGiven(ips);
            case AddressWish.FromPools(var pools) -> takeFrom(pools, namespaceLabels);
          };
      whole = error.isEmpty();
      return error;
    } finally {
      if (!whole) {
        giveBack();
      }
    }
  }

  /** The addresses with the length of their block, or the full length for a given one. */
  List<InterfaceAddress> taken() {
    return List.copyOf(taken);
  }

  /** Undoes it. What cannot be released now is released by the runtime's DEL. */
  void giveBack() {
    if (taken.isEmpty()) {
      return;
    }
    List<ReleaseRequest> requests =
        taken.stream()
            .map(a -> new ReleaseRequest(a.ip(), Optional.of(handle), OptionalLong.empty()))
            .toList();
    if (addresses.release(requests) instanceof ReleaseResult.Failed(var reason)) {
      LOG.warn("cni.address.kept", "handle", handle, "ips", taken, "why", reason);
    }
    taken.clear();
  }

  private Optional<CniError> takeGiven(List<Ip> ips) {
    for (Ip ip : ips) {
      switch (addresses.assign(new GivenRequest(ip, handle, attributes))) {
        case AssignResult.Assigned _ -> taken.add(new InterfaceAddress(ip, ip.family().bits()));
        case AssignResult.Refused(var why) -> {
          return Optional.of(error(ip.toString(), why));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<CniError> takeFrom(
      Map<Family, List<String>> pools, Optional<Map<String, String>> namespaceLabels) {
    for (var wanted : new TreeMap<>(pools).entrySet()) {
      var request =
          new AssignRequest(
              wanted.getKey(),
              Pool.Use.WORKLOAD,
              handle,
              attributes,
              wanted.getValue(),
              namespaceLabels);
      switch (addresses.assign(request)) {
        case AssignResult.Assigned given ->
            taken.add(new InterfaceAddress(given.ip(), given.block().length()));
        case AssignResult.Refused(var why) -> {
          return Optional.of(error("an " + wanted.getKey() + " address", why));
        }
      }
    }
    return Optional.empty();
  }

  private static CniError error(String what, Refusal why) {
    boolean passing = why instanceof Refusal.StoreFailed || why instanceof Refusal.Contended;
    return new CniError(
        passing ? CniError.TRY_AGAIN : CniError.FAILED, "IPAM did not give " + what, why.text());
  }
}
