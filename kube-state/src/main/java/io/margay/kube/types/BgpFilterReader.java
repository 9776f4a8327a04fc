package io.margay.kube.types;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads a BGPFilter. */
final class BgpFilterReader {
  private static final int MOST_OPERATIONS = 10;
  private static final Pattern COMMUNITY =
      Pattern.compile("[0-9]{1,10}:[0-9]{1,10}(:[0-9]{1,10})?");

  private static final Map<String, BgpFilter.Operator> OPERATORS =
      Words.of(
          "Equal", BgpFilter.Operator.EQUAL,
          "NotEqual", BgpFilter.Operator.NOT_EQUAL,
          "In", BgpFilter.Operator.IN,
          "NotIn", BgpFilter.Operator.NOT_IN);
  private static final Map<String, BgpFilter.Action> ACTIONS =
      Words.of("Accept", BgpFilter.Action.ACCEPT, "Reject", BgpFilter.Action.REJECT);
  private static final Map<String, BgpFilter.PeerType> PEER_TYPES =
      Words.of("eBGP", BgpFilter.PeerType.EBGP, "iBGP", BgpFilter.PeerType.IBGP);
  private static final Map<String, Boolean> SOURCES = Map.of("RemotePeers", true);

  private BgpFilterReader() {}

  static BgpFilter read(String name, Tree spec) {
    return new BgpFilter(
        name,
        rules(spec.at("exportV4"), Family.IPV4),
        rules(spec.at("importV4"), Family.IPV4),
        rules(spec.at("exportV6"), Family.IPV6),
        rules(spec.at("importV6"), Family.IPV6));
  }

  private static List<BgpFilter.Rule> rules(Tree tree, Family family) {
    var rules = new ArrayList<BgpFilter.Rule>();
    for (Tree item : tree.items()) {
      rules.add(rule(item, family));
    }
    return List.copyOf(rules);
  }

  private static BgpFilter.Rule rule(Tree tree, Family family) {
    if (!Words.isGiven(tree.at("action"))) {
      tree.at("action").problem("Accept or Reject");
    }
    var action = Words.read(tree.at("action"), ACTIONS).orElse(BgpFilter.Action.REJECT);
    List<BgpFilter.Operation> operations = operations(tree.at("operations"));
    if (action == BgpFilter.Action.REJECT && !operations.isEmpty()) {
      tree.at("operations").problem("none, as the action is Reject");
    }
    return new BgpFilter.Rule(
        match(tree, family),
        Words.read(tree.at("source"), SOURCES).orElse(false),
        tree.at("interface").text().filter(text -> !text.isEmpty()),
        Words.read(tree.at("peerType"), PEER_TYPES),
        communities(tree.at("communities", "values")),
        asNumbers(tree.at("asPathPrefix")),
        tree.at("priority").integer(1, Integer.MAX_VALUE),
        action,
        operations);
  }

  private static Optional<BgpFilter.Match> match(Tree tree, Family family) {
    Tree cidr = tree.at("cidr");
    Tree operator = tree.at("matchOperator");
    Tree length = tree.at("prefixLength");
    if (!Words.isGiven(cidr)) {
      if (Words.isGiven(operator)) {
        cidr.problem("a CIDR, as matchOperator is set");
      }
      return Optional.empty();
    }
    if (!Words.isGiven(operator)) {
      operator.problem("one of " + String.join(", ", OPERATORS.keySet()) + ", as cidr is set");
    }
    Optional<Prefix> prefix = cidr.prefix();
    if (prefix.filter(p -> p.family() != family).isPresent()) {
      cidr.problem(family == Family.IPV4 ? "an IPv4 CIDR" : "an IPv6 CIDR");
    }
    OptionalInt least = length(length.at("min"), family);
    OptionalInt most = length(length.at("max"), family);
    Optional<BgpFilter.Operator> how = Words.read(operator, OPERATORS);
    return prefix.flatMap(p -> how.map(h -> new BgpFilter.Match(p, h, least, most)));
  }

  private static OptionalInt length(Tree tree, Family family) {
    var length = tree.integer(0, family.bits());
    return length.isPresent() ? OptionalInt.of((int) length.getAsLong()) : OptionalInt.empty();
  }

  private static List<String> communities(Tree tree) {
    var communities = new ArrayList<String>();
    for (Tree item : tree.items()) {
      community(item).ifPresent(communities::add);
    }
    if (communities.size() > 1) {
      // Calico takes one; whoever writes two expects either "and" or "or".
      tree.problem("one community");
    }
    return List.copyOf(communities);
  }

  private static Optional<String> community(Tree tree) {
    return tree.parsed(
        text -> Optional.of(text).filter(BgpFilterReader::isCommunity),
        "a community such as 65000:100 or 65000:100:200");
  }

  /** RFC 1997: two numbers of 16 bits; RFC 8092: three of 32. */
  private static boolean isCommunity(String text) {
    if (!COMMUNITY.matcher(text).matches()) {
      return false;
    }
    List<String> numbers = List.of(text.split(":"));
    long most = numbers.size() == 2 ? 0xffff : 0xffff_ffffL;
    return numbers.stream().allMatch(number -> Long.parseLong(number) <= most);
  }

  private static List<AsNumber> asNumbers(Tree tree) {
    var numbers = new ArrayList<AsNumber>();
    for (Tree item : tree.items()) {
      AsNumber.read(item).ifPresent(numbers::add);
    }
    return List.copyOf(numbers);
  }

  private static List<BgpFilter.Operation> operations(Tree tree) {
    var operations = new ArrayList<BgpFilter.Operation>();
    for (Tree item : tree.items()) {
      operation(item).ifPresent(operations::add);
    }
    if (operations.size() > MOST_OPERATIONS) {
      tree.problem("at most " + MOST_OPERATIONS + " operations");
    }
    return List.copyOf(operations);
  }

  private static Optional<BgpFilter.Operation> operation(Tree tree) {
    if (tree.at("addCommunity").isPresent()) {
      return community(tree.at("addCommunity", "value")).map(BgpFilter.Operation.AddCommunity::new);
    }
    if (tree.at("prependASPath").isPresent()) {
      List<AsNumber> prefix = asNumbers(tree.at("prependASPath", "prefix"));
      return Optional.of(new BgpFilter.Operation.PrependAsPath(prefix));
    }
    var priority = tree.at("setPriority", "value").integer(1, Integer.MAX_VALUE);
    if (priority.isEmpty()) {
      tree.problem("one of addCommunity, prependASPath, setPriority");
      return Optional.empty();
    }
    return Optional.of(new BgpFilter.Operation.SetPriority(priority.getAsLong()));
  }
}
