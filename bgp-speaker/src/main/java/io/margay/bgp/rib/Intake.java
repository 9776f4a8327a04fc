package io.margay.bgp.rib;

import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.wire.BlockFacts;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.function.Supplier;

/**
 * Makes offers of what peers say. Where a peer's policy does not ask for the prefix, as it mostly
 * does not, one answer is for all prefixes of an attribute set.
 */
final class Intake {
  private final AttributeSets sets;
  private final OfferTable offers;
  private final NextHopTable nextHops;
  private Identity self;

  Intake(AttributeSets sets, OfferTable offers, NextHopTable nextHops, Identity self) {
    this.sets = sets;
    this.offers = offers;
    this.nextHops = nextHops;
    this.self = self;
  }

  void identity(Identity newSelf) {
    self = newSelf;
  }

  Identity identity() {
    return self;
  }

  /** True when all prefixes of a set make the same offer. */
  boolean isOneForAll(AdjRibIn from) {
    return from.policy().filters().isEmpty();
  }

  /** Id of the offer, counted once for the caller. */
  int offer(AdjRibIn from, int set, Family family, Supplier<Prefix> prefix) {
    if (isPlain(from, set)) {
      return offers.hold(from.teller(), set, preference(from, set, family));
    }
    Importer.Result result =
        Importer.evaluate(self, from, prefix.get(), sets.value(set), nextHops::resolve);
    return offers.hold(from.teller(), set, result);
  }

  /** True when nothing can be said against it and nothing is changed: see {@link Importer}. */
  private boolean isPlain(AdjRibIn from, int set) {
    Neighbour peer = from.neighbour();
    return from.policy().rest() == ImportPolicy.Rest.ACCEPT
        && isOneForAll(from)
        && peer.role().isEmpty()
        && !peer.leaving()
        && !sets.hasOnlyToCustomer(set)
        && (sets.wellKnown(set) & BlockFacts.GRACEFUL_SHUTDOWN) == 0
        && isUsableNextHop(set)
        && sets.countAs(set, peer.localAs()) <= peer.allowedLocalAs()
        && (peer.type() == PeerType.EBGP || isNoReflectionLoop(set));
  }

  private boolean isNoReflectionLoop(int set) {
    boolean own = sets.hasOriginator(set) && sets.originator(set) == self.routerId().bits();
    return !own
        && (sets.clusterListLength(set) == 0
            || self.clusterId().isEmpty()
            || !sets.hasCluster(set, self.clusterId().get()));
  }

  private boolean isUsableNextHop(int set) {
    int hop = sets.nextHop(set);
    return hop != NextHopTable.NONE
        && Importer.canBeNextHop(nextHops.address(hop))
        && !self.addresses().contains(nextHops.address(hop));
  }

  private int preference(AdjRibIn from, int set, Family family) {
    long localPref = sets.localPref(set);
    return sets.hasLocalPref(set) && from.policy().priorities().isElevated(family, localPref)
        ? ImportPolicy.ELEVATED_PREFERENCE
        : ImportPolicy.PREFERENCE;
  }
}
