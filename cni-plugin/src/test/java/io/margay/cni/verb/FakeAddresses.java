package io.margay.cni.verb;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.allocate.GivenRequest;
import io.margay.ipam.allocate.Refusal;
import io.margay.ipam.allocate.ReleaseRequest;
import io.margay.ipam.allocate.ReleaseResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A block of addresses in memory. */
public final class FakeAddresses implements Addresses {
  private static final Prefix BLOCK4 = Prefix.of("10.211.7.0/26");
  private static final Prefix BLOCK6 = Prefix.of("fd11:7::/122");

  private final Map<String, List<Ip>> held = new TreeMap<>();
  private final List<AssignRequest> requests = new ArrayList<>();
  private Optional<Refusal> refusal = Optional.empty();
  private Optional<Family> refused = Optional.empty();
  private Optional<Family> failing = Optional.empty();
  private boolean broken;
  private List<Holder> holders = List.of();
  private int next = 1;

  /** From now on addresses of this family are refused. */
  public synchronized void refuse(Family family, Refusal why) {
    refused = Optional.of(family);
    refusal = Optional.of(why);
  }

  /** From now on a request for an address of this family ends in a fault of ours. */
  public synchronized void fail(Family family) {
    failing = Optional.of(family);
  }

  /** From now on releases fail. */
  public synchronized void breakReleases() {
    broken = true;
  }

  /** What the node is said to hold besides. */
  public synchronized void holders(List<Holder> all) {
    holders = all;
  }

  public synchronized Map<String, List<Ip>> all() {
    return new TreeMap<>(held);
  }

  public synchronized List<AssignRequest> requests() {
    return List.copyOf(requests);
  }

  @Override
  public synchronized AssignResult assign(AssignRequest request) {
    requests.add(request);
    if (failing.equals(Optional.of(request.family()))) {
      throw new IllegalStateException("a fault of ours");
    }
    if (refused.equals(Optional.of(request.family()))) {
      return new AssignResult.Refused(refusal.orElseThrow());
    }
    Prefix block = request.family() == Family.IPV4 ? BLOCK4 : BLOCK6;
    Ip ip = block.address().plus(next++);
    held.computeIfAbsent(request.handle(), _ -> new ArrayList<>()).add(ip);
    return new AssignResult.Assigned(ip, block, "pool", false);
  }

  @Override
  public synchronized AssignResult assign(GivenRequest request) {
    if (held.values().stream().anyMatch(ips -> ips.contains(request.ip()))) {
      return new AssignResult.Refused(
          new Refusal.AlreadyAssigned(request.ip(), Optional.of("another")));
    }
    held.computeIfAbsent(request.handle(), _ -> new ArrayList<>()).add(request.ip());
    return new AssignResult.Assigned(
        request.ip(), Prefix.containing(request.ip(), 26), "pool", false);
  }

  @Override
  public synchronized ReleaseResult release(String handle) {
    if (broken) {
      return new ReleaseResult.Failed("the store is broken");
    }
    List<Ip> ips = held.remove(handle);
    return ips == null ? new ReleaseResult.NoSuchHandle(handle) : new ReleaseResult.Released(ips);
  }

  @Override
  public synchronized ReleaseResult release(List<ReleaseRequest> each) {
    for (ReleaseRequest request : each) {
      held.values().forEach(ips -> ips.remove(request.ip()));
    }
    held.values().removeIf(List::isEmpty);
    return new ReleaseResult.Released(each.stream().map(ReleaseRequest::ip).toList());
  }

  @Override
  public synchronized Holding held(String handle) {
    return new Holding.Held(List.copyOf(held.getOrDefault(handle, List.of())));
  }

  @Override
  public synchronized Holdings heldByThisNode() {
    var all = new ArrayList<>(holders);
    held.keySet().stream()
        .filter(handle -> holders.stream().noneMatch(h -> h.handle().equals(handle)))
        .forEach(handle -> all.add(new Holder(handle, Optional.empty())));
    return new Holdings.Held(all);
  }
}
