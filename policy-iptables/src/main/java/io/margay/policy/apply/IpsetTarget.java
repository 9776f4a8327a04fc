package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Ipset;
import io.margay.policy.render.SetName;
import io.margay.policy.render.SetSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The sets of all families. Members are added and deleted in place; a set whose state is not known,
 * or that is of another kind, is made beside it and swapped. Owned by one thread.
 */
public final class IpsetTarget implements Target<SetName, SetSpec> {
  private static final int BUSY_TRIES = 5;
  private static final Duration BUSY_PAUSE = Duration.ofMillis(10);

  private final Ipset ipset;
  private Map<SetName, SetSpec> present = new LinkedHashMap<>();

  /** Sets of which a change was not done to its end. */
  private final Set<SetName> unknown = new HashSet<>();

  private int temporary;

  public IpsetTarget(Ipset ipset) {
    this.ipset = ipset;
  }

  @Override
  public Map<SetName, SetSpec> dump() {
    present = SavedSets.read(ipset.save());
    unknown.clear();
    return new LinkedHashMap<>(present);
  }

  @Override
  public List<ItemResult<SetName>> apply(Diff<SetName, SetSpec> diff) {
    var names = new ArrayList<SetName>(diff.size());
    var groups = new ArrayList<List<String>>(diff.size());
    diff.put()
        .forEach((name, set) -> {
          names.add(name);
          groups.add(commands(name, set));
        });
    for (SetName name : diff.remove()) {
      names.add(name);
      groups.add(List.of("destroy " + name));
    }
    List<Optional<String>> failures = done(groups);
    var results = new ArrayList<ItemResult<SetName>>(names.size());
    for (int i = 0; i < names.size(); i++) {
      SetName name = names.get(i);
      results.add(
          failures
              .get(i)
              .<ItemResult<SetName>>map(reason -> failed(name, reason))
              .orElseGet(() -> done(name, Optional.ofNullable(diff.put().get(name)))));
    }
    return results;
  }

  /**
   * Does the groups; those that the kernel still holds back are tried again. nft gives the sets of
   * deleted rules back a little later, behind a grace period of RCU (seen: up to 20 ms).
   */
  private List<Optional<String>> done(List<List<String>> groups) {
    if (groups.stream().allMatch(List::isEmpty)) {
      return Collections.nCopies(groups.size(), Optional.empty());
    }
    List<Optional<String>> failures = ipset.restore(groups);
    for (int i = 0; i < BUSY_TRIES && failures.stream().anyMatch(IpsetTarget::isBusy); i++) {
      LockSupport.parkNanos(BUSY_PAUSE.toNanos());
      var again = new ArrayList<List<String>>(groups.size());
      for (int j = 0; j < groups.size(); j++) {
        again.add(isBusy(failures.get(j)) ? groups.get(j) : List.of());
      }
      List<Optional<String>> before = failures;
      List<Optional<String>> after = ipset.restore(again);
      failures =
          IntStream.range(0, groups.size())
              .mapToObj(j -> isBusy(before.get(j)) ? after.get(j) : before.get(j))
              .toList();
    }
    return failures;
  }

  private static boolean isBusy(Optional<String> failure) {
    return failure.isPresent() && failure.get().contains("in use by a kernel component");
  }

  private List<String> commands(SetName name, SetSpec wanted) {
    SetSpec now = present.get(name);
    var commands = new ArrayList<String>();
    if (now == null) {
      commands.add(create(name.text(), wanted));
      wanted.members().forEach(member -> commands.add("add " + name + " " + member));
    } else if (unknown.contains(name) || !now.isLike(wanted)) {
      String beside = (wanted.family() == Family.IPV4 ? "cali4t" : "cali6t") + temporary++;
      commands.add(create(beside, wanted));
      commands.add("flush " + beside);
      wanted.members().forEach(member -> commands.add("add " + beside + " " + member));
      commands.add("swap " + beside + " " + name);
      commands.add("destroy " + beside);
    } else {
      now.members().stream()
          .filter(member -> !wanted.members().contains(member))
          .forEach(member -> commands.add("del " + name + " " + member));
      wanted.members().stream()
          .filter(member -> !now.members().contains(member))
          .forEach(member -> commands.add("add " + name + " " + member));
    }
    return commands;
  }

  private static String create(String name, SetSpec set) {
    return "create "
        + name
        + " "
        + set.type()
        + " family "
        + (set.family() == Family.IPV4 ? "inet" : "inet6")
        + " maxelem "
        + set.maxElements();
  }

  private ItemResult<SetName> done(SetName name, Optional<SetSpec> set) {
    unknown.remove(name);
    set.ifPresentOrElse(value -> present.put(name, value), () -> present.remove(name));
    return new ItemResult.Done<>(name);
  }

  private ItemResult<SetName> failed(SetName name, String reason) {
    unknown.add(name);
    return new ItemResult.Failed<>(name, reason);
  }
}
