package io.margay.lab.cluster;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.lab.api.ResourceKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The address block of a node that has no agent, kept as Calico's IPAM would keep it: affinity,
 * block and a handle for each pod. Immutable.
 *
 * @param owners handle of each address in use, by its place in the block
 */
public record BirdBlock(String node, Prefix cidr, long sequence, Map<Integer, Handle> owners) {

  /** Who has an address. */
  public record Handle(String id, String namespace, String pod) {}

  /** An address was taken: the block after that. */
  public record Taken(Ip address, BirdBlock after) {}

  public BirdBlock {
    owners = Collections.unmodifiableMap(new LinkedHashMap<>(owners));
  }

  public static BirdBlock empty(String node, Prefix cidr) {
    return new BirdBlock(node, cidr, 1, Map.of());
  }

  /** Takes the first free address; empty when there is none. */
  public Optional<Taken> take(Handle handle) {
    return IntStream.range(0, (int) cidr.size())
        .filter(ordinal -> !owners.containsKey(ordinal))
        .boxed()
        .findFirst()
        .map(ordinal -> {
          var more = new LinkedHashMap<>(owners);
          more.put(ordinal, handle);
          var after = new BirdBlock(node, cidr, sequence + 1, more);
          return new Taken(cidr.address().plus(ordinal), after);
        });
  }

  /** The block without what this handle had. */
  public BirdBlock release(String handleId) {
    var rest = new LinkedHashMap<>(owners);
    rest.values().removeIf(handle -> handle.id().equals(handleId));
    return new BirdBlock(node, cidr, sequence + 1, rest);
  }

  /** The objects that say all this. */
  public List<StoredObject> objects() {
    var objects = new ArrayList<StoredObject>();
    objects.add(affinity());
    objects.add(block());
    owners.values().forEach(handle -> objects.add(handle(handle)));
    return objects;
  }

  private String cidrName() {
    return cidr.toString().replaceAll("[./:]", "-");
  }

  private StoredObject affinity() {
    return StoredObject.of(
        ResourceKind.BLOCK_AFFINITY,
        node + "-" + cidrName(),
        """
        {"metadata":{"labels":{"projectcalico.org/affinity-type":"host","projectcalico.org/ip-version":"%s"}},
         "spec":{"cidr":"%s","deleted":"false","node":"%s","state":"confirmed","type":"host"}}\
        """
            .formatted(cidr.family() == Family.IPV4 ? "4" : "6", cidr, node));
  }

  private StoredObject block() {
    List<Handle> attributes = List.copyOf(owners.values());
    List<Integer> ordinals = List.copyOf(owners.keySet());
    String allocations =
        all()
            .map(o -> ordinals.contains(o) ? String.valueOf(ordinals.indexOf(o)) : "null")
            .collect(Collectors.joining(","));
    String free =
        all()
            .filter(o -> !ordinals.contains(o))
            .map(String::valueOf)
            .collect(Collectors.joining(","));
    String owned =
        attributes.stream()
            .map(handle ->
                """
                {"handle_id":"%s","secondary":{"namespace":"%s","node":"%s","pod":"%s"}}\
                """
                    .formatted(handle.id(), handle.namespace(), node, handle.pod()))
            .collect(Collectors.joining(","));
    return StoredObject.of(
        ResourceKind.IPAM_BLOCK,
        cidrName(),
        """
        {"spec":{"cidr":"%s","affinity":"host:%s","allocations":[%s],"unallocated":[%s],"attributes":[%s],
                 "sequenceNumber":%d,"sequenceNumberForAllocation":{},"deleted":false,"strictAffinity":false}}\
        """
            .formatted(cidr, node, allocations, free, owned, sequence));
  }

  private Stream<Integer> all() {
    return IntStream.range(0, (int) cidr.size()).boxed();
  }

  private StoredObject handle(Handle handle) {
    return StoredObject.of(
        ResourceKind.IPAM_HANDLE,
        handle.id().toLowerCase(Locale.ROOT),
        """
        {"spec":{"block":{"%s":1},"deleted":false,"handleID":"%s"}}\
        """
            .formatted(cidr, handle.id()));
  }
}
