package io.margay.bgp.wire;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What BGP changes in a route's attributes when it is passed on (RFC 4271, 5.1; RFC 4456, 8; RFC
 * 9234, 5; RFC 9494, 4.6): the same for all routes from one peer to a group of peers, but for
 * long-lived stale ones. A link-local next hop is left out in any case, since it is of use on the
 * link that it came from only. What a policy changes, and a session that is about to end (RFC
 * 8326), is changed before, where there are objects.
 *
 * @param nextHop set; empty keeps the one that is there
 * @param external changes on the way to another AS; empty inside the own AS, where LOCAL_PREF is
 *     added when there is none
 * @param reflection changes of what is reflected inside the own AS
 * @param stale a long-lived stale route goes to a peer of the own AS that knows nothing of these:
 *     with LOCAL_PREF 0 and NO_EXPORT
 */
public record Rewrite(
    Optional<Ip> nextHop,
    Optional<External> external,
    Optional<Reflection> reflection,
    boolean stale) {
  /**
   * To another AS: LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST do not go there.
   *
   * @param localAs put in front of the path
   * @param keepMed it is a route of this speaker; another AS's MED ends here
   * @param onlyToCustomer added when there is none
   */
  public record External(long localAs, boolean keepMed, OptionalLong onlyToCustomer) {}

  /**
   * A route of one peer of the own AS goes to another.
   *
   * @param originatorId set when there is none
   * @param clusterId put in front of the cluster list
   */
  public record Reflection(Ip4 originatorId, Ip4 clusterId) {}

  private static final long AS_PATH = 1L << AttributeCode.AS_PATH;
  private static final long NEXT_HOP = 1L << AttributeCode.NEXT_HOP;
  private static final long MED = 1L << AttributeCode.MED;
  private static final long LOCAL_PREF = 1L << AttributeCode.LOCAL_PREF;
  private static final long COMMUNITIES = 1L << AttributeCode.COMMUNITIES;
  private static final long ORIGINATOR_ID = 1L << AttributeCode.ORIGINATOR_ID;
  private static final long CLUSTER_LIST = 1L << AttributeCode.CLUSTER_LIST;
  private static final long ONLY_TO_CUSTOMER = 1L << AttributeCode.ONLY_TO_CUSTOMER;

  public Rewrite {
    if (external.isPresent() && (reflection.isPresent() || stale)) {
      throw new IllegalArgumentException("nothing is reflected to another AS, or kept there");
    }
  }

  /** To another AS. */
  public static Rewrite toOtherAs(Optional<Ip> nextHop, External external) {
    return new Rewrite(nextHop, Optional.of(external), Optional.empty(), false);
  }

  /** Inside the own AS, not reflected. */
  public static Rewrite inside(Optional<Ip> nextHop) {
    return new Rewrite(nextHop, Optional.empty(), Optional.empty(), false);
  }

  /** Inside the own AS. */
  public static Rewrite reflected(Optional<Ip> nextHop, Reflection reflection) {
    return new Rewrite(nextHop, Optional.empty(), Optional.of(reflection), false);
  }

  /** The same for a long-lived stale route. */
  public Rewrite ofStale() {
    return new Rewrite(nextHop, external, reflection, true);
  }

  /** The codes of what is written otherwise, or left out, where it is there. */
  long changes() {
    if (external.isEmpty()) {
      long clusters = reflection.isPresent() ? CLUSTER_LIST : 0;
      return NEXT_HOP | clusters | (stale ? LOCAL_PREF | COMMUNITIES : 0);
    }
    long dropped = LOCAL_PREF | ORIGINATOR_ID | CLUSTER_LIST | (external.get().keepMed() ? 0 : MED);
    return NEXT_HOP | AS_PATH | dropped;
  }

  /** The codes of what is there afterwards in any case. */
  long additions() {
    long hop = nextHop.isPresent() ? NEXT_HOP : 0;
    if (external.isPresent()) {
      return hop | (external.get().onlyToCustomer().isPresent() ? ONLY_TO_CUSTOMER : 0);
    }
    long reflected = reflection.isPresent() ? ORIGINATOR_ID | CLUSTER_LIST : 0;
    return hop | LOCAL_PREF | reflected | (stale ? COMMUNITIES : 0);
  }
}
