package io.margay.route.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netlink.RtnlMonitor;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.kernel.rtnl.RuleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules of ours in a real kernel, beside those of others; ip(8) is the judge. */
class RuleTargetTest {
  private static final int OURS = 80;
  private static final RuleEntry ALL = RuleEntry.lookup(Family.IPV4, 1000, 100, OURS);
  private static final RuleEntry ALL6 = RuleEntry.lookup(Family.IPV6, 1000, 70_000, OURS);

  private TestNetns node;
  private RuleTarget target;
  private Reconciler<RuleEntry, RuleEntry> reconciler;

  @BeforeEach
  void open() {
    node = TestNetns.create();
    target = new RuleTarget(Rtnl.in(node.netns()), OURS);
    reconciler =
        new Reconciler<>(
            target,
            ReconcilerSettings.DEFAULT,
            new Hold(Set.of()),
            new SplittableRandom(1),
            System.nanoTime());
  }

  @AfterEach
  void close() {
    target.close();
    node.close();
  }

  @Test
  void rulesAreMadeChangedAndRemovedBesideThoseOfOthers() {
    node.ip("rule add from 198.51.100.0/24 table 200 priority 900");
    node.ip("rule add fwmark 0x1 blackhole priority 901");
    List<String> before = rules("-4");
    want(1, ALL, ALL6, source("10.1.0.0/16"));
    assertThat(rules("-4"))
        .containsAll(before)
        .contains("1000: from all lookup 100 proto 80")
        .contains("1001: not from 10.1.0.0/16 fwmark 0x10/0xf0 iif eth7 lookup 100 proto 80");
    assertThat(rules("-6")).contains("1000: from all lookup 70000 proto 80");

    want(2, ALL, source("10.2.0.0/16"));
    assertThat(rules("-4")).hasSize(before.size() + 2);
    assertThat(rules("-4")).anyMatch(rule -> rule.contains("from 10.2.0.0/16"));
    assertThat(rules("-6")).noneMatch(rule -> rule.contains("proto 80"));

    want(3);
    assertThat(rules("-4")).isEqualTo(before);
  }

  @Test
  void whatIsFoundIsAdoptedAndWhatNobodyWantsGoes() {
    node.ip("rule add table 100 priority 1000 protocol 80");
    node.ip("rule add table 101 priority 1002 protocol 80");
    want(1, ALL);
    assertThat(reconciler.status().applied()).as("the stale one alone").isEqualTo(1);
    assertThat(rules("-4")).filteredOn(rule -> rule.contains("proto 80")).hasSize(1);
  }

  @Test
  void anEventTellsWhenAnotherProgramTouchesOurs() {
    want(1, ALL);
    try (var monitor = RtnlMonitor.in(node.netns(), EnumSet.of(RtnlMonitor.Group.IPV4_RULE))) {
      node.ip("rule add table 300 priority 5");
      node.ip("rule del priority 1000");
      var seen = new ArrayList<RtnlEvent>();
      while (seen.size() < 2) {
        monitor.await(1000, seen::add);
      }
      assertThat(seen).map(target::concerns).containsExactly(false, true);
    }
    reconciler.resync();
    reconciler.run(System.nanoTime());
    assertThat(rules("-4")).contains("1000: from all lookup 100 proto 80");
  }

  @Test
  void anEqualRuleOfAnotherProgramIsNeitherTakenNorRemoved() {
    node.ip("rule add table 100 priority 1000 protocol 77");
    want(1, ALL);
    want(2);
    assertThat(rules("-4")).contains("1000: from all lookup 100 proto 77");
  }

  private void want(long version, RuleEntry... rules) {
    reconciler.want(
        version, Arrays.stream(rules).collect(Collectors.toMap(rule -> rule, rule -> rule)));
    reconciler.run(System.nanoTime());
    assertThat(reconciler.status().failing()).isEmpty();
  }

  private List<String> rules(String family) {
    return Arrays.stream(node.ip(family + " rule show").split("\n"))
        .map(line -> line.replaceAll("\\s+", " ").strip().replace(" [detached]", ""))
        .toList();
  }

  private static RuleEntry source(String prefix) {
    return new RuleEntry(
        Family.IPV4,
        1001,
        100,
        Optional.of(Prefix.of(prefix)),
        Optional.empty(),
        0x10,
        0xf0,
        true,
        "eth7",
        "",
        -1,
        OURS);
  }
}
