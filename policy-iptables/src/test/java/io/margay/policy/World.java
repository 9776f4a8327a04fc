package io.margay.policy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.policy.convert.KubernetesConverter;
import io.margay.policy.convert.KubernetesLabels;
import io.margay.policy.model.AddressPool;
import io.margay.policy.model.NamedPort;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.ServiceLoop;
import io.margay.policy.spec.PolicyReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A cluster as a test writes it down; see the golden files for the form. */
public record World(
    PolicyDelta delta, RenderSettings settings, List<Problem> problems, boolean all) {

  /** Reads YAML. Faults of the form fail the test; refusals of policies are part of the result. */
  public static World read(String yaml) {
    var faults = new Problems();
    Tree root = Tree.of("world", parse(yaml), faults);
    root.only(
        "settings",
        "namespaces",
        "accounts",
        "pods",
        "policies",
        "pools",
        "hosts",
        "vxlanHosts",
        "show");
    var delta = PolicyDelta.builder();
    root.at("namespaces")
        .entries()
        .forEach((name, labels) -> delta.put(KubernetesLabels.namespace(name, labels.texts())));
    root.at("accounts")
        .entries()
        .forEach((name, labels) ->
            delta.put(KubernetesLabels.serviceAccount(before(name), behind(name), labels.texts())));
    root.at("pods").items().forEach(pod -> delta.put(pod(pod)));
    var refused = new ArrayList<Problem>();
    root.at("policies").items().forEach(policy -> policy(policy, delta, refused));
    var pools = new HashSet<AddressPool>();
    for (Tree pool : root.at("pools").items()) {
      pools.add(
          new AddressPool(pool.at("cidr").prefix().orElseThrow(), pool.at("nat").flag(false)));
    }
    delta.pools(pools);
    delta.hosts(ips(root.at("hosts")));
    delta.vxlanHosts(ips(root.at("vxlanHosts")));
    RenderSettings settings = settings(root.at("settings"));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(faults.all().toString());
    }
    return new World(
        delta.build(), settings, refused, root.at("show").text("workloads").equals("all"));
  }

  private static Set<Ip> ips(Tree list) {
    var ips = new HashSet<Ip>();
    list.items().forEach(item -> ips.add(item.ip().orElseThrow()));
    return ips;
  }

  /** One document of YAML as maps and lists. */
  public static Object parse(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  /** Reads and converts a policy object as kubectl takes it. */
  public static void policy(Tree policy, PolicyDelta.Builder delta, List<Problem> refused) {
    String namespace = policy.at("metadata", "namespace").text("default");
    String name = policy.at("metadata", "name").requiredText();
    PolicyReader.Reading reading =
        PolicyReader.read(
            "NetworkPolicy \"" + namespace + "/" + name + "\"", members(policy.at("spec")));
    refused.addAll(reading.problems());
    reading.spec().ifPresent(spec -> delta.put(KubernetesConverter.policy(namespace, name, spec)));
  }

  private static Map<String, Object> members(Tree tree) {
    var members = new LinkedHashMap<String, Object>();
    tree.entries().forEach((name, child) -> child.raw().ifPresent(v -> members.put(name, v)));
    return members;
  }

  private static Workload pod(Tree pod) {
    pod.only("name", "labels", "account", "ips", "interface", "ports");
    String key = pod.at("name").requiredText();
    String account = pod.at("account").text("default");
    var ips = new ArrayList<Ip>();
    pod.at("ips").items().forEach(ip -> ips.add(ip.ip().orElseThrow()));
    var ports = new ArrayList<NamedPort>();
    for (Tree port : pod.at("ports").items()) {
      ports.add(
          new NamedPort(
              port.at("name").requiredText(),
              Protocol.parse(port.at("protocol").text("TCP")).orElseThrow(),
              port.at("port").integer(1, 65535, 0)));
    }
    return new Workload(
        new WorkloadKey(before(key), behind(key)),
        KubernetesLabels.podLabels(before(key), account, pod.at("labels").texts()),
        KubernetesLabels.podProfiles(before(key), account),
        ips,
        ports,
        pod.at("interface").text());
  }

  private static RenderSettings settings(Tree tree) {
    RenderSettings base = RenderSettings.DEFAULT;
    tree.only(
        "ipv6",
        "tunnels",
        "hookMode",
        "toHost",
        "deny",
        "prefixes",
        "mask",
        "external",
        "serviceLoop");
    Tree tunnels = tree.at("tunnels");
    tunnels.only("ipip", "udp", "vxlan4", "vxlan6");
    var prefixes = new ArrayList<String>();
    tree.at("prefixes").items().forEach(item -> prefixes.add(item.requiredText()));
    var external = new ArrayList<Prefix>();
    tree.at("external").items().forEach(item -> external.add(item.prefix().orElseThrow()));
    return new RenderSettings(
        prefixes.isEmpty() ? base.interfacePrefixes() : prefixes,
        RenderSettings.HookMode.valueOf(tree.at("hookMode").text("INSERT")),
        RenderSettings.HostAction.valueOf(tree.at("toHost").text("ACCEPT")),
        RenderSettings.DenyAction.valueOf(tree.at("deny").text("DROP")),
        tree.at("mask").integer(0, 0xffffffffL).orElse(base.markMask()),
        tree.at("ipv6").flag(false),
        new RenderSettings.Tunnels(
            tunnels.at("ipip").text(),
            tunnels.at("udp").text(),
            tunnels.at("vxlan4").text(),
            tunnels.at("vxlan6").text()),
        base.vxlanPort(),
        base.vxlanFromWorkloads(),
        base.ipipFromWorkloads(),
        base.dropInvalid(),
        base.maxSetSize(),
        external,
        serviceLoop(tree.at("serviceLoop")));
  }

  private static ServiceLoop serviceLoop(Tree tree) {
    tree.only("deny", "services");
    var services = new ArrayList<Prefix>();
    tree.at("services").items().forEach(item -> services.add(item.prefix().orElseThrow()));
    return new ServiceLoop(
        RenderSettings.DenyAction.valueOf(tree.at("deny").text("DROP")), services);
  }

  /** The networks of a list, for tests that build rules by hand. */
  public static List<Prefix> nets(String... nets) {
    return List.of(nets).stream().map(Prefix::of).toList();
  }

  private static String before(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  private static String behind(String key) {
    return key.substring(key.indexOf('/') + 1);
  }
}
