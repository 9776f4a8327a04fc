package io.margay.bgp.fsm;

import io.margay.foundation.addr.Family;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which families the peer of a session sends anew between marks (RFC 7313, 4). A mark out of place
 * must not cost routes. Owned by one thread.
 */
public final class InboundRefresh {
  /** Their first End-of-RIB is due: the peer has graceful restart. */
  private final Set<Family> loading = EnumSet.noneOf(Family.class);

  private final Set<Family> refreshing = EnumSet.noneOf(Family.class);

  /** A session begins. */
  public void up(Agreed agreed) {
    down();
    if (agreed.restart().isPresent()) {
      loading.addAll(agreed.families());
    }
  }

  /** The session is over, and what was under way in it. */
  public void down() {
    loading.clear();
    refreshing.clear();
  }

  /** The peer sent all that it has of a family. */
  public void endOfRib(Family family) {
    loading.remove(family);
  }

  /** The peer begins; false where it must not, before its End-of-RIB. */
  public boolean begins(Family family) {
    if (loading.contains(family)) {
      return false;
    }
    refreshing.add(family);
    return true;
  }

  /** The peer is through; false where it never began. */
  public boolean ends(Family family) {
    return refreshing.remove(family);
  }
}
