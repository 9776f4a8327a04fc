package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.policy.index.PeerSets;
import io.margay.policy.index.SetQuery;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Peer;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PortMatch;
import io.margay.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A policy's rule as one match of iptables. Where one rule of iptables cannot say it (several
 * networks, a network and exceptions, more ports than fit), rules before it work out each part, a
 * block, and leave the result in a mark.
 *
 * @param preparation the rules of the blocks; empty when there are none
 */
record RuleMatch(List<Rule> preparation, Match match) {
  /** What the kernel's multiport takes; a range counts for two. */
  private static final int MAX_PORTS = 15;

  /** The match in this family; empty when no packet of the family can meet it. */
  static Optional<RuleMatch> of(
      PolicyRule rule, Direction direction, Selector owner, Family family, Marks marks) {
    var builder = new Builder(rule, family, marks);
    boolean possible =
        builder.add(Match.End.SOURCE, rule.source(), PeerSets.source(rule, direction, owner))
            && builder.add(
                Match.End.DESTINATION,
                rule.destination(),
                PeerSets.destination(rule, direction, owner));
    return possible ? Optional.of(builder.build()) : Optional.empty();
  }

  private static final class Builder {
    private final Family family;
    private final Marks marks;
    private final Match protocol;
    private Match match;

    /** Of each of these lists one must match. */
    private final List<List<Match>> blocks = new ArrayList<>();

    /** Of these none may match. */
    private final List<Match> exceptions = new ArrayList<>();

    Builder(PolicyRule rule, Family family, Marks marks) {
      this.family = family;
      this.marks = marks;
      this.protocol = rule.protocol().map(Match.ALL::protocol).orElse(Match.ALL);
      this.match = protocol;
    }

    /** Adds what is asked of one end; false when the family has no such packet. */
    boolean add(Match.End end, Peer peer, PeerSets sets) {
      List<Prefix> nets = ofFamily(peer.nets());
      List<Prefix> notNets = ofFamily(peer.notNets());
      if (nets.isEmpty() && !peer.nets().isEmpty()) {
        return false;
      }
      if (notNets.stream().anyMatch(net -> net.length() == 0)) {
        return false;
      }
      addNets(end, nets, notNets);
      sets.addresses().ifPresent(query -> match = match.inSet(end, name(query)));
      addPorts(end, peer, sets);
      return true;
    }

    private void addNets(Match.End end, List<Prefix> nets, List<Prefix> notNets) {
      if (nets.size() == 1) {
        match = match.net(end, nets.getFirst());
      } else if (!nets.isEmpty()) {
        blocks.add(nets.stream().map(net -> Match.ALL.net(end, net)).toList());
      }
      // An option of iptables stands once in a rule: inside and outside exclude each other.
      if (notNets.size() == 1 && nets.size() != 1) {
        match = match.notNet(end, notNets.getFirst());
      } else {
        notNets.forEach(net -> exceptions.add(Match.ALL.net(end, net)));
      }
    }

    private void addPorts(Match.End end, Peer peer, PeerSets sets) {
      var ways = new ArrayList<Match>();
      for (List<PortMatch.Range> ports : portLists(peer.ports())) {
        ways.add(Match.ALL.ports(end, ports));
      }
      sets.ports().forEach(query -> ways.add(Match.ALL.pairInSet(end, name(query))));
      if (ways.size() == 1) {
        match = match.and(ways.getFirst());
      } else if (!ways.isEmpty()) {
        blocks.add(ways.stream().map(protocol::and).toList());
      }
    }

    RuleMatch build() {
      if (blocks.isEmpty() && exceptions.isEmpty()) {
        return new RuleMatch(List.of(), match);
      }
      var rules = new ArrayList<Rule>();
      rules.add(
          Rule.of(
              Match.ALL,
              Rule.changeMark(marks.allBlocks(), marks.allBlocks() | marks.thisBlock())));
      for (int i = 0; i < blocks.size(); i++) {
        if (i > 0) {
          rules.add(Rule.of(Match.ALL, Rule.clearMark(marks.thisBlock())));
        }
        for (Match way : blocks.get(i)) {
          rules.add(Rule.of(way, Rule.setMark(marks.thisBlock())));
        }
        rules.add(
            Rule.of(Match.ALL.notMarked(marks.thisBlock()), Rule.clearMark(marks.allBlocks())));
      }
      for (Match exception : exceptions) {
        rules.add(Rule.of(exception, Rule.clearMark(marks.allBlocks())));
      }
      return new RuleMatch(rules, match.marked(marks.allBlocks()));
    }

    private SetName name(SetQuery query) {
      return SetName.of(family, query);
    }

    private List<Prefix> ofFamily(List<Prefix> nets) {
      return nets.stream().filter(net -> net.family() == family).toList();
    }
  }

  /** The ports that have numbers, in lists that one rule can hold. */
  private static List<List<PortMatch.Range>> portLists(List<PortMatch> ports) {
    var lists = new ArrayList<List<PortMatch.Range>>();
    int room = 0;
    for (PortMatch port : ports) {
      if (port instanceof PortMatch.Range range) {
        int needed = range.first() == range.last() ? 1 : 2;
        if (room < needed) {
          lists.add(new ArrayList<>());
          room = MAX_PORTS;
        }
        lists.getLast().add(range);
        room -= needed;
      }
    }
    return lists;
  }
}
