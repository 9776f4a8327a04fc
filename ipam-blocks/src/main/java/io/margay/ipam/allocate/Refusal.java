package io.margay.ipam.allocate;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why an address was not given. {@link #text()} says what, where, and what to look at. */
public sealed interface Refusal {
  /** One or two sentences for the event of a pod. */
  String text();

  /** A pool was asked for by a name or CIDR that no pool has. */
  record NoSuchPool(String asked, List<String> known) implements Refusal {
    @Override
    public String text() {
      return "IPPool \"%s\" does not exist; known are %s. Mend the pod's or namespace's pool annotation, or the network configuration."
          .formatted(asked, known.isEmpty() ? "none" : String.join(", ", known));
    }
  }

  /** Every pool was left out, each for its reason. */
  record NoPool(Family family, List<PoolVerdict> verdicts) implements Refusal {
    @Override
    public String text() {
      return "No %s pool may be used here: %s. Look at `margayctl ipam show` and the IPPools' nodeSelector, namespaceSelector and allowedUses."
          .formatted(
              family == Family.IPV4 ? "IPv4" : "IPv6",
              verdicts.isEmpty()
                  ? "there is none"
                  : verdicts.stream().map(PoolVerdict::text).collect(Collectors.joining("; ")));
    }
  }

  /** The node's blocks are full and it may not have more. */
  record BlockLimit(int limit, List<Prefix> blocks, List<String> pools) implements Refusal {
    @Override
    public String text() {
      return "All addresses of this node's %d blocks are in use (%s) and %d is the most it may have in %s. Raise maxBlocksPerHost in IPAMConfig \"default\", or look for leaked addresses with `margayctl ipam check`."
          .formatted(blocks.size(), join(blocks), limit, poolsText(pools));
    }
  }

  /**
   * No address is free in the pools.
   *
   * @param ownBlocks how many blocks of these pools the node has
   * @param allBlocks how many blocks of these pools exist
   * @param mayClaim IPAMConfig allows new blocks
   * @param mayBorrow IPAMConfig allows addresses of other nodes' blocks
   */
  record Exhausted(
      List<String> pools, int ownBlocks, int allBlocks, boolean mayClaim, boolean mayBorrow)
      implements Refusal {
    @Override
    public String text() {
      return "No address is free in %s: %d blocks exist, %d of them this node's%s%s. Add an IPPool, or look for leaked addresses with `margayctl ipam check`."
          .formatted(
              poolsText(pools),
              allBlocks,
              ownBlocks,
              mayClaim ? "" : "; autoAllocateBlocks is false in IPAMConfig \"default\"",
              mayBorrow
                  ? ""
                  : "; strictAffinity is true, so nothing is borrowed from other nodes' blocks");
    }
  }

  /** A given address is in no pool that is enabled. */
  record NotInPool(Ip ip, List<String> enabled) implements Refusal {
    @Override
    public String text() {
      return "%s is not in a configured pool; enabled are %s. Ask for another address, or add an IPPool around it."
          .formatted(ip, enabled.isEmpty() ? "none" : String.join(", ", enabled));
    }
  }

  /** A given address belongs to somebody. */
  record AlreadyAssigned(Ip ip, Optional<String> handle) implements Refusal {
    @Override
    public String text() {
      return "%s is already assigned, to handle %s. Look at `margayctl ipam show --ip=%s`."
          .formatted(ip, handle.map(h -> '"' + h + '"').orElse("<none>"), ip);
    }
  }

  /** A given address is in another node's block and affinity is strict. */
  record ForeignBlock(Ip ip, Prefix block, String owner) implements Refusal {
    @Override
    public String text() {
      return "%s is in block %s of %s, and strictAffinity is true in IPAMConfig \"default\". Ask for an address of this node's blocks."
          .formatted(ip, block, owner);
    }
  }

  /** Others wrote the same objects faster, each time. */
  record Contended(String what, int tries) implements Refusal {
    @Override
    public String text() {
      return "%s changed under each of %d attempts to write it. Try again; if this stays, look for a program that rewrites IPAM objects in a loop."
          .formatted(what, tries);
    }
  }

  /** The store did not answer. */
  record StoreFailed(String reason) implements Refusal {
    @Override
    public String text() {
      return "The API server cannot be asked for an address: %s. Look at its health and at the agent's access to it."
          .formatted(reason);
    }
  }

  private static String poolsText(List<String> pools) {
    return (pools.size() == 1 ? "pool " : "pools ") + String.join(", ", pools);
  }

  private static String join(List<Prefix> blocks) {
    return blocks.stream().map(Prefix::toString).collect(Collectors.joining(", "));
  }
}
