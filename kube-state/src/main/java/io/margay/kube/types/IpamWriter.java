package io.margay.kube.types;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the specs and names of IPAM objects as Calico does, fields in the order of its types. */
public final class IpamWriter {
  private IpamWriter() {}

  /** The name of a block's object: {@code 10-0-1-64-26}. */
  public static String name(Prefix cidr) {
    return cidr.toString().replace('.', '-').replace(':', '-').replace('/', '-');
  }

  /** The name of a handle's object. */
  public static String handleName(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /** The name of an affinity's object; shortened by a hash where Kubernetes would refuse it. */
  public static String name(Affinity.Key key) {
    String cidr = name(key.cidr());
    String owner = key.owner().name();
    String name = owner + "-" + cidr;
    if (name.length() < 253) {
      return name;
    }
    String hash = Hashes.hex(Hashes.sha256(owner + "+" + cidr)).substring(0, 11);
    return owner.substring(0, 252 - cidr.length() - 13) + "-" + cidr + "-" + hash;
  }

  /** The labels by which Calico, from 3.31 on, finds the affinities of a node. */
  public static Map<String, String> labels(Affinity.Key key) {
    var labels = new TreeMap<String, String>(labels(key.owner()));
    labels.put(
        "projectcalico.org/ip-version",
        switch (key.cidr().family()) {
          case IPV4 -> "4";
          case IPV6 -> "6";
        });
    return labels;
  }

  /** Those of the labels that all affinities of an owner share. */
  public static Map<String, String> labels(Owner owner) {
    return Map.of(
        "projectcalico.org/hostname-hash", hostnameHash(owner.name()),
        "projectcalico.org/affinity-type", owner.type());
  }

  /** A node's name as a label value, which a name may be too long for. */
  public static String hostnameHash(String node) {
    return Hashes.base32(Hashes.sha3(node));
  }

  public static Map<String, Object> spec(Affinity affinity) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("state", affinity.state().text());
    spec.put("node", affinity.key().owner().name());
    spec.put("type", affinity.key().owner().type());
    spec.put("cidr", affinity.key().cidr().toString());
    spec.put("deleted", Boolean.toString(affinity.deleted()));
    return spec;
  }

  public static Map<String, Object> spec(Block block) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("cidr", block.cidr().toString());
    block.affinity().ifPresent(owner -> spec.put("affinity", owner.toString()));
    block
        .affinityClaimTime()
        .ifPresent(
            time -> spec.put("affinityClaimTime", time.truncatedTo(ChronoUnit.SECONDS).toString()));
    spec.put("allocations", allocations(block));
    spec.put("unallocated", block.unallocated());
    spec.put("attributes", block.attributes().stream().map(IpamWriter::attributes).toList());
    spec.put("sequenceNumber", block.sequenceNumber());
    if (!block.sequenceNumberForAllocation().isEmpty()) {
      var numbers = new TreeMap<String, Long>();
      block.sequenceNumberForAllocation().forEach((k, v) -> numbers.put(Integer.toString(k), v));
      spec.put("sequenceNumberForAllocation", numbers);
    }
    spec.put("deleted", block.deleted());
    spec.put("strictAffinity", false); // deprecated, and required by the schema
    return spec;
  }

  public static Map<String, Object> spec(Handle handle) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("handleID", handle.id());
    var blocks = new TreeMap<String, Integer>();
    handle.blocks().forEach((cidr, count) -> blocks.put(cidr.toString(), count));
    spec.put("block", blocks);
    spec.put("deleted", handle.deleted());
    return spec;
  }

  public static Map<String, Object> spec(IpamConfig config) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("strictAffinity", config.strictAffinity());
    spec.put("autoAllocateBlocks", config.autoAllocateBlocks());
    spec.put("maxBlocksPerHost", config.maxBlocksPerHost());
    return spec;
  }

  private static List<@Nullable Integer> allocations(Block block) {
    var allocations = new ArrayList<@Nullable Integer>();
    for (OptionalInt index : block.allocations()) {
      allocations.add(index.isPresent() ? (Integer) index.getAsInt() : null);
    }
    return allocations;
  }

  private static Map<String, Object> attributes(Block.Attributes attributes) {
    var tree = new LinkedHashMap<String, Object>();
    attributes.handleId().ifPresent(id -> tree.put("handle_id", id));
    if (!attributes.activeOwner().isEmpty()) {
      tree.put("secondary", attributes.activeOwner());
    }
    if (!attributes.alternateOwner().isEmpty()) {
      tree.put("alternateOwnerAttrs", attributes.alternateOwner());
    }
    return tree;
  }
}
