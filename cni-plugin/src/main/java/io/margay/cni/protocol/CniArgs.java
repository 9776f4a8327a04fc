package io.margay.cni.protocol;

import io.margay.foundation.addr.Ip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * CNI_ARGS: what the runtime says of the container besides.
 *
 * @param pod K8S_POD_NAMESPACE and K8S_POD_NAME
 * @param uid K8S_POD_UID
 * @param address IP: the address that is asked for
 */
public record CniArgs(Optional<PodName> pod, Optional<String> uid, Optional<Ip> address) {
  /** Nothing is said. */
  public static final CniArgs NONE =
      new CniArgs(Optional.empty(), Optional.empty(), Optional.empty());

  private static final Set<String> KNOWN =
      Set.of(
          "IgnoreUnknown",
          "IP",
          "K8S_POD_INFRA_CONTAINER_ID",
          "K8S_POD_NAME",
          "K8S_POD_NAMESPACE",
          "K8S_POD_UID");
  // A pod's name ends up in URLs and chain comments: only what Kubernetes allows (RFC 1123).
  private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** What came of the text. */
  public sealed interface Parsed {
    /** Understood. */
    record Good(CniArgs args) implements Parsed {}

    /** Not understood; the reason names the pair. */
    record Malformed(String reason) implements Parsed {}
  }

  /**
   * Reads {@code KEY=VALUE;KEY=VALUE}. Keys that are not known are an error unless IgnoreUnknown is
   * true, as libcni has it.
   */
  public static Parsed parse(String text) {
    var pairs = new LinkedHashMap<String, String>();
    for (String pair : text.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      } else if (!pair.isEmpty()) {
        return new Parsed.Malformed("\"" + pair + "\" is not KEY=VALUE");
      }
    }
    return read(pairs);
  }

  private static Parsed read(Map<String, String> pairs) {
    String ignore = pairs.getOrDefault("IgnoreUnknown", "false").toLowerCase(Locale.ROOT);
    boolean ignoreUnknown = ignore.equals("1") || ignore.equals("true");
    if (!ignoreUnknown && !ignore.equals("0") && !ignore.equals("false")) {
      return new Parsed.Malformed(
          "IgnoreUnknown is \"" + ignore + "\"; expected 1, 0, true, false");
    }
    var unknown = new TreeSet<>(pairs.keySet());
    unknown.removeAll(KNOWN);
    if (!ignoreUnknown && !unknown.isEmpty()) {
      return new Parsed.Malformed(
          "unknown " + String.join(", ", unknown) + "; IgnoreUnknown=1 would let them pass");
    }
    Optional<String> name = given(pairs, "K8S_POD_NAME");
    Optional<String> namespace = given(pairs, "K8S_POD_NAMESPACE");
    if (name.isPresent() != namespace.isPresent()) {
      return new Parsed.Malformed("K8S_POD_NAME and K8S_POD_NAMESPACE belong together");
    }
    for (Optional<String> part : List.of(name, namespace)) {
      if (part.isPresent() && !DNS_NAME.matcher(part.get()).matches()) {
        return new Parsed.Malformed("\"" + part.get() + "\" is no name of Kubernetes");
      }
    }
    Optional<String> ipText = given(pairs, "IP");
    Optional<Ip> ip = ipText.flatMap(Ip::parse);
    if (ipText.isPresent() && ip.isEmpty()) {
      return new Parsed.Malformed("IP is \"" + ipText.get() + "\"; expected an IP address");
    }
    Optional<PodName> pod = namespace.flatMap(n -> name.map(p -> new PodName(n, p)));
    return new Parsed.Good(new CniArgs(pod, given(pairs, "K8S_POD_UID"), ip));
  }

  private static Optional<String> given(Map<String, String> pairs, String key) {
    return Optional.ofNullable(pairs.get(key)).filter(value -> !value.isEmpty());
  }
}
