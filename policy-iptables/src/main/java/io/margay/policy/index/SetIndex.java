package io.margay.policy.index;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.policy.model.NamedPort;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.pcollections.HashTreePSet;
import org.pcollections.MapPSet;

/**
 * The members of each set that somebody asked for, over all workloads of the cluster. Owned by one
 * thread; the sets that it hands out are immutable and share what they have in common.
 */
public final class SetIndex {
  private final SelectorIndex<SetQuery, WorkloadKey> index;
  private final Map<WorkloadKey, Workload> workloads = new HashMap<>();
  private final Map<SetQuery, Members> members = new HashMap<>();
  private final Set<SetQuery> changed = new LinkedHashSet<>();

  /** An empty one; {@code partition} is the label that most selectors ask about. */
  public SetIndex(String partition) {
    this.index =
        new SelectorIndex<>(
            partition,
            new SelectorIndex.Listener<>() {
              @Override
              public void matchStarted(SetQuery query, WorkloadKey key) {
                add(query, workload(key));
              }

              @Override
              public void matchStopped(SetQuery query, WorkloadKey key) {
                subtract(query, workload(key));
              }
            });
  }

  /** From now on these sets are asked for and no others. */
  public void want(Set<SetQuery> wanted) {
    for (SetQuery query : List.copyOf(members.keySet())) {
      if (!wanted.contains(query)) {
        index.removeSelector(query);
        members.remove(query);
        changed.remove(query);
      }
    }
    for (SetQuery query : wanted) {
      if (!members.containsKey(query)) {
        members.put(query, new Members());
        changed.add(query);
        index.putSelector(query, query.selector());
      }
    }
  }

  /** A workload as it is now, with what selectors see of it. */
  public void put(Workload workload, Map<String, String> labels) {
    Workload before = workloads.put(workload.key(), workload);
    if (before != null
        && !(before.ips().equals(workload.ips()) && before.ports().equals(workload.ports()))) {
      for (SetQuery query : index.selectors(workload.key())) {
        add(query, workload);
        subtract(query, before);
      }
    }
    index.putItem(workload.key(), labels);
  }

  /** A workload is gone. */
  public void remove(WorkloadKey key) {
    if (workloads.containsKey(key)) {
      index.removeItem(key);
      workloads.remove(key);
    }
  }

  /** The members of a set that was asked for, as ipset prints them. */
  public Set<String> members(SetQuery query, Family family) {
    return Objects.requireNonNull(members.get(query)).of(family);
  }

  /** The sets whose members are otherwise than at the last call. */
  public Set<SetQuery> takeChanged() {
    Set<SetQuery> taken = Collections.unmodifiableSet(new LinkedHashSet<>(changed));
    changed.clear();
    return taken;
  }

  private Workload workload(WorkloadKey key) {
    return Objects.requireNonNull(workloads.get(key));
  }

  private void add(SetQuery query, Workload workload) {
    Members set = Objects.requireNonNull(members.get(query));
    for (Family family : Family.values()) {
      entries(query, workload, family).forEach(entry -> set.add(family, entry));
    }
    changed.add(query);
  }

  private void subtract(SetQuery query, Workload workload) {
    Members set = Objects.requireNonNull(members.get(query));
    for (Family family : Family.values()) {
      entries(query, workload, family).forEach(entry -> set.subtract(family, entry));
    }
    changed.add(query);
  }

  private static Set<String> entries(SetQuery query, Workload workload, Family family) {
    var entries = new HashSet<String>();
    for (Ip ip : workload.ips()) {
      if (ip.family() == family) {
        entries.addAll(entries(query, workload, ip));
      }
    }
    return entries;
  }

  private static List<String> entries(SetQuery query, Workload workload, Ip ip) {
    return switch (query) {
      case SetQuery.Addresses _ -> List.of(ip.toString());
      case SetQuery.NamedPort(_, var protocol, String name) -> {
        var entries = new ArrayList<String>(1);
        for (NamedPort port : workload.ports()) {
          if (port.name().equals(name) && port.protocol().equals(protocol)) {
            entries.add(ip + "," + protocol + ":" + port.port());
          }
        }
        yield entries;
      }
    };
  }

  /**
   * Entries with how many workloads bring each along: an address may for a moment belong to the pod
   * that ends and to the one that begins.
   */
  private static final class Members {
    private MapPSet<String> v4 = HashTreePSet.empty();
    private MapPSet<String> v6 = HashTreePSet.empty();
    private final Map<String, Integer> furtherOwners = new HashMap<>();

    Set<String> of(Family family) {
      return family == Family.IPV4 ? v4 : v6;
    }

    void add(Family family, String entry) {
      if (of(family).contains(entry)) {
        furtherOwners.merge(entry, 1, Integer::sum);
      } else if (family == Family.IPV4) {
        v4 = v4.plus(entry);
      } else {
        v6 = v6.plus(entry);
      }
    }

    void subtract(Family family, String entry) {
      Integer further = furtherOwners.remove(entry);
      if (further != null) {
        if (further > 1) {
          furtherOwners.put(entry, further - 1);
        }
      } else if (family == Family.IPV4) {
        v4 = v4.minus(entry);
      } else {
        v6 = v6.minus(entry);
      }
    }
  }
}
