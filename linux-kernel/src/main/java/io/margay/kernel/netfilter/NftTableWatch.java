package io.margay.kernel.netfilter;

import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.NetlinkSocket;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.nlmsg.MessageCursor;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Events of nf_tables, as iptables-nft fills it: rules and chains that others add or delete in the
 * tables and chains that are watched.
 */
public final class NftTableWatch implements TableWatch {
  /** {@code NFNLGRP_NFTABLES}. */
  private static final int GROUP = 7;

  /** {@code NFNL_SUBSYS_NFTABLES}, in the upper byte of a message's type. */
  private static final int SUBSYSTEM = 10;

  private static final int DELTABLE = 2;
  private static final int NEWCHAIN = 3;
  private static final int DELCHAIN = 5;
  private static final int NEWRULE = 6;
  private static final int DELRULE = 8;

  /** Attributes: the table is 1 in all of them, a rule's chain 2, a chain's name 3. */
  private static final int TABLE = 1;

  private static final int RULE_CHAIN = 2;
  private static final int CHAIN_NAME = 3;

  private final NetlinkSocket socket;
  private final Set<String> tables;
  private final Predicate<String> chains;
  private final IntPredicate ours;
  private boolean changed;

  private NftTableWatch(
      NetlinkSocket socket, Set<String> tables, Predicate<String> chains, IntPredicate ours) {
    this.socket = socket;
    this.tables = Set.copyOf(tables);
    this.chains = chains;
    this.ours = ours;
  }

  /**
   * Watches in the calling thread's namespace.
   *
   * @param chains which chains matter, by name
   * @param ours whether a netlink port is one of our own programs', whose changes we know; a
   *     program's first socket has its process id for port
   */
  public static NftTableWatch open(
      Set<String> tables, Predicate<String> chains, IntPredicate ours) {
    var socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
    try {
      socket.join(GROUP);
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
    return new NftTableWatch(socket, tables, chains, ours);
  }

  /** Watches in that namespace; the calling thread stays where it is. */
  public static NftTableWatch in(
      Netns namespace, Set<String> tables, Predicate<String> chains, IntPredicate ours) {
    return namespace.call(() -> open(tables, chains, ours));
  }

  @Override
  public boolean changed() {
    boolean complete = socket.drain(this::take);
    // Lost events may have been about anything.
    boolean result = changed || !complete;
    changed = false;
    return result;
  }

  private void take(int type, int by, MessageCursor body) {
    if (type >>> 8 != SUBSYSTEM || ours.test(by)) {
      return;
    }
    body.takeI32(); // nfgenmsg: family, version, resource
    changed |=
        switch (type & 0xff) {
          case DELTABLE -> concerns(body, 0);
          case NEWCHAIN, DELCHAIN -> concerns(body, CHAIN_NAME);
          case NEWRULE, DELRULE -> concerns(body, RULE_CHAIN);
          default -> false;
        };
  }

  /** Whether a message is about a table, and a chain when it names one, that is watched. */
  private boolean concerns(MessageCursor body, int chainAttribute) {
    boolean table = false;
    boolean chain = chainAttribute == 0;
    while (body.next()) {
      if (body.type() == TABLE) {
        table = tables.contains(body.text());
      } else if (body.type() == chainAttribute) {
        chain = chains.test(body.text());
      }
    }
    return table && chain;
  }

  @Override
  public void close() {
    socket.close();
  }
}
