package io.margay.cni.protocol;

import io.margay.cni.protocol.CniResult.Address;
import io.margay.cni.protocol.CniResult.Interface;
import io.margay.cni.protocol.CniResult.Route;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Results as JSON, by version: {@code ip4} and {@code ip6} before 0.3.0; interfaces and ips with a
 * {@code version} up to 0.4.0; without it in 1.0.0; with {@code mtu} in 1.1.0. A version that lacks
 * a field loses that field and nothing else.
 */
public final class ResultFormat {
  private ResultFormat() {}

  /** The document of a result in the caller's version. */
  public static String write(CniResult result, SpecVersion version) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("cniVersion", version.text());
    if (version.atLeast(SpecVersion.V0_3_0)) {
      writeLists(result, version, document);
    } else {
      writeFamilies(result, document);
    }
    if (!result.dns().isEmpty()) {
      document.put("dns", result.dns());
    }
    return Json.write(document);
  }

  /** Reads a {@code prevResult}; what is wrong is noted in the tree. */
  public static CniResult read(Tree tree, SpecVersion version) {
    if (!version.atLeast(SpecVersion.V0_3_0)) {
      return readFamilies(tree);
    }
    var interfaces = new ArrayList<Interface>();
    for (Tree item : tree.at("interfaces").items()) {
      interfaces.add(readInterface(item));
    }
    var ips = new ArrayList<Address>();
    for (Tree item : tree.at("ips").items()) {
      readAddress(item, "address", interfaces.size()).ifPresent(ips::add);
    }
    return new CniResult(interfaces, ips, readRoutes(tree.at("routes")), readDns(tree.at("dns")));
  }

  private static void writeLists(
      CniResult result, SpecVersion version, Map<String, Object> document) {
    var interfaces = new ArrayList<Map<String, Object>>();
    for (Interface each : result.interfaces()) {
      var item = new LinkedHashMap<String, Object>();
      item.put("name", each.name());
      each.mac().ifPresent(mac -> item.put("mac", mac.toString()));
      if (version.atLeast(SpecVersion.V1_1_0) && each.mtu().isPresent()) {
        item.put("mtu", each.mtu().getAsInt());
      }
      each.sandbox().ifPresent(path -> item.put("sandbox", path));
      interfaces.add(item);
    }
    var ips = new ArrayList<Map<String, Object>>();
    for (Address each : result.ips()) {
      var item = new LinkedHashMap<String, Object>();
      if (!version.atLeast(SpecVersion.V1_0_0)) {
        item.put("version", each.address().ip().family() == Family.IPV4 ? "4" : "6");
      }
      each.interfaceIndex().ifPresent(index -> item.put("interface", index));
      item.put("address", each.address().toString());
      each.gateway().ifPresent(gateway -> item.put("gateway", gateway.toString()));
      ips.add(item);
    }
    putUnlessEmpty(document, "interfaces", interfaces);
    putUnlessEmpty(document, "ips", ips);
    putUnlessEmpty(document, "routes", writeRoutes(result.routes()));
  }

  // Before 0.3.0 a result has at most one address a family: the first wins, as in libcni.
  private static void writeFamilies(CniResult result, Map<String, Object> document) {
    for (Family family : Family.values()) {
      Optional<Address> first =
          result.ips().stream().filter(ip -> ip.address().ip().family() == family).findFirst();
      if (first.isEmpty()) {
        continue;
      }
      var item = new LinkedHashMap<String, Object>();
      item.put("ip", first.get().address().toString());
      first.get().gateway().ifPresent(gateway -> item.put("gateway", gateway.toString()));
      List<Route> routes =
          result.routes().stream().filter(r -> r.destination().family() == family).toList();
      putUnlessEmpty(item, "routes", writeRoutes(routes));
      document.put(family == Family.IPV4 ? "ip4" : "ip6", item);
    }
  }

  private static List<Map<String, Object>> writeRoutes(List<Route> routes) {
    var items = new ArrayList<Map<String, Object>>();
    for (Route route : routes) {
      var item = new LinkedHashMap<String, Object>();
      item.put("dst", route.destination().toString());
      route.gateway().ifPresent(gateway -> item.put("gw", gateway.toString()));
      items.add(item);
    }
    return items;
  }

  private static void putUnlessEmpty(Map<String, Object> document, String key, List<?> items) {
    if (!items.isEmpty()) {
      document.put(key, items);
    }
  }

  private static CniResult readFamilies(Tree tree) {
    var ips = new ArrayList<Address>();
    var routes = new ArrayList<Route>();
    for (String key : List.of("ip4", "ip6")) {
      if (tree.at(key).isPresent()) {
        readAddress(tree.at(key), "ip", 0).ifPresent(ips::add);
        routes.addAll(readRoutes(tree.at(key, "routes")));
      }
    }
    return new CniResult(List.of(), ips, routes, readDns(tree.at("dns")));
  }

  private static Interface readInterface(Tree item) {
    Optional<Mac> mac = nonEmpty(item.at("mac")).flatMap(t -> t.parsed(Mac::parse, "a MAC"));
    OptionalLong mtu = item.at("mtu").integer(0, 65535);
    return new Interface(
        item.at("name").requiredText(),
        mac,
        mtu.isPresent() ? OptionalInt.of((int) mtu.getAsLong()) : OptionalInt.empty(),
        nonEmpty(item.at("sandbox")).flatMap(Tree::text));
  }

  private static Optional<Address> readAddress(Tree item, String key, int interfaces) {
    Optional<Ip> gateway = nonEmpty(item.at("gateway")).flatMap(Tree::ip);
    OptionalLong index =
        interfaces == 0 ? OptionalLong.empty() : item.at("interface").integer(0, interfaces - 1);
    OptionalInt at =
        index.isPresent() ? OptionalInt.of((int) index.getAsLong()) : OptionalInt.empty();
    return item.at(key).interfaceAddress().map(address -> new Address(at, address, gateway));
  }

  private static List<Route> readRoutes(Tree list) {
    var routes = new ArrayList<Route>();
    for (Tree item : list.items()) {
      Optional<Ip> gateway = nonEmpty(item.at("gw")).flatMap(Tree::ip);
      Optional<Prefix> destination = item.at("dst").prefix();
      destination.ifPresent(prefix -> routes.add(new Route(prefix, gateway)));
    }
    return routes;
  }

  private static Map<String, Object> readDns(Tree tree) {
    var dns = new LinkedHashMap<String, Object>();
    tree.entries().forEach((key, value) -> value.raw().ifPresent(raw -> dns.put(key, raw)));
    return dns;
  }

  // Older plugins write "" for what they leave out.
  private static Optional<Tree> nonEmpty(Tree tree) {
    return tree.raw().filter(value -> !value.equals("")).map(_ -> tree);
  }
}
