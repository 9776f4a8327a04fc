package io.margay.bgp.fsm;

import io.margay.foundation.addr.Family;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Graceful restart of this speaker (RFC 4724, 4.1): routes are chosen and told only when all peers
 * have sent theirs. Owned by one thread.
 *
 * <p>Not waited for are peers without graceful restart, and those that restart themselves: they
 * wait for us. What is in use of theirs is another matter: see {@link #isSettled}.
 *
 * @param <K> what names a peer
 */
public final class Recovery<K> {
  private final Map<K, Set<Family>> awaited = new LinkedHashMap<>();
  private final Set<K> silent = new LinkedHashSet<>();

  /** Peers that restart, too, with what they have not sent yet. */
  private final Map<K, Set<Family>> restarting = new LinkedHashMap<>();

  /** Waits for these peers. */
  public Recovery(Collection<K> peers) {
    silent.addAll(peers);
  }

  /** A peer that was configured later is waited for as well. */
  public void add(K peer) {
    if (!awaited.containsKey(peer)) {
      silent.add(peer);
    }
  }

  /** A peer is not configured any more. */
  public void remove(K peer) {
    silent.remove(peer);
    awaited.remove(peer);
    restarting.remove(peer);
  }

  /** A session came up. */
  public void up(K peer, Agreed agreed) {
    if (!silent.remove(peer) && !awaited.containsKey(peer)) {
      return;
    }
    awaited.remove(peer);
    if (agreed.restart().isPresent()) {
      boolean restarts = agreed.restart().get().restarted();
      (restarts ? restarting : awaited).put(peer, EnumSet.copyOf(agreed.families()));
    }
  }

  /** A session went down again; its peer may come back. */
  public void down(K peer) {
    if (awaited.remove(peer) != null) {
      silent.add(peer);
    }
  }

  /** A peer sent all that it has of a family. */
  public void endOfRib(K peer, Family family) {
    sent(awaited, peer, family);
    sent(restarting, peer, family);
  }

  private void sent(Map<K, Set<Family>> waiting, K peer, Family family) {
    Set<Family> left = waiting.get(peer);
    if (left != null) {
      left.remove(family);
      if (left.isEmpty()) {
        waiting.remove(peer);
      }
    }
  }

  /** Peers of which nothing was heard are not waited for any longer. */
  public void giveUpSilent() {
    silent.clear();
  }

  /** True when nobody is waited for. */
  public boolean isComplete() {
    return awaited.isEmpty() && silent.isEmpty();
  }

  /**
   * True when the peers that restart, too, have sent what they have: until then nothing that was in
   * use of theirs is to go. They send it when they have waited for others themselves.
   */
  public boolean isSettled() {
    return restarting.isEmpty();
  }

  /** Who is waited for, for people. */
  public Set<K> waitingFor() {
    var all = new LinkedHashSet<>(silent);
    all.addAll(awaited.keySet());
    return all;
  }
}
