package io.margay.cni.protocol;

import io.margay.cni.protocol.Netconf.Attachment;
import io.margay.cni.protocol.Netconf.Ipam;
import io.margay.foundation.tree.Tree;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a network configuration; what is wrong is noted in the tree, unknown keys are ignored. */
final class NetconfReader {
  /** The specification's rule for network names and container ids. */
  static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");

  private static final Map<String, Boolean> WORDS = Map.of("true", true, "false", false);
  private static final int MAX_MTU = 65535;

  private NetconfReader() {}

  static Netconf read(Tree root, SpecVersion version) {
    Tree features = root.at("feature_control");
    return new Netconf(
        version,
        name(root.at("name")),
        root.at("type").text(""),
        ipam(root.at("ipam")),
        root.at("mtu").integer(0, MAX_MTU, 0),
        root.at("require_mtu_file").flag(false),
        root.at("policy", "type").text("").equals("k8s"),
        root.at("container_settings", "allow_ip_forwarding").flag(false),
        features.at("ip_addrs_no_ipam").flag(false),
        features.at("floating_ips").flag(false),
        gates(root.at("readiness_gates")));
  }

  private static String name(Tree tree) {
    String name = tree.requiredText();
    if (!name.isEmpty() && !IDENTIFIER.matcher(name).matches()) {
      tree.problem("letters, digits, '_', '.', '-', the first a letter or digit");
    }
    return name;
  }

  private static Ipam ipam(Tree tree) {
    String type = tree.at("type").text("");
    if (!type.equals("calico-ipam")) {
      return new Ipam.Other(type);
    }
    return new Ipam.Blocks(
        word(tree.at("assign_ipv4"), true),
        word(tree.at("assign_ipv6"), false),
        texts(tree.at("ipv4_pools")),
        texts(tree.at("ipv6_pools")));
  }

  // Calico writes these two booleans as strings.
  private static boolean word(Tree tree, boolean fallback) {
    return tree.raw().orElse("") instanceof Boolean
        ? tree.flag(fallback)
        : tree.choice(WORDS).orElse(fallback);
  }

  private static List<String> texts(Tree list) {
    return list.items().stream().flatMap(item -> item.text().stream()).toList();
  }

  private static List<URI> gates(Tree list) {
    var gates = new ArrayList<URI>();
    for (Tree item : list.items()) {
      item.parsed(NetconfReader::gate, "an http or https URL").ifPresent(gates::add);
    }
    return gates;
  }

  private static Optional<URI> gate(String text) {
    try {
      var uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /** What the runtime still has; a list must be there. */
  static List<Attachment> attachments(Tree root) {
    Tree list = root.at("cni.dev/valid-attachments");
    if (!list.isPresent()) {
      list.problem("the list of attachments to keep");
    }
    var attachments = new ArrayList<Attachment>();
    for (Tree item : list.items()) {
      attachments.add(
          new Attachment(item.at("containerID").requiredText(), item.at("ifname").requiredText()));
    }
    return attachments;
  }
}
