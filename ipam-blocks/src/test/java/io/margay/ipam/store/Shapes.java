package io.margay.ipam.store;

import io.margay.ipam.store.Block.Attributes;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Objects as text, in the order and with the names of Calico's stored form, a field a line. */
public final class Shapes {
  private Shapes() {}

  /** All that is stored. */
  public static String of(InMemoryBlockStore store) {
    var out = new StringBuilder();
    store.storedAffinities().forEach(a -> out.append(of(a)));
    store.storedBlocks().forEach(b -> out.append(of(b)));
    store.storedHandles().forEach(h -> out.append(of(h)));
    return out.toString();
  }

  public static String of(Affinity affinity) {
    return """
    BlockAffinity
      state: "%s"
      node: "%s"
      type: "%s"
      cidr: "%s"
      deleted: "%s"
    """
        .formatted(
            affinity.state().text(),
            affinity.key().owner().name(),
            affinity.key().owner().type(),
            affinity.key().cidr(),
            affinity.deleted());
  }

  public static String of(Block block) {
    return """
    IPAMBlock
      cidr: "%s"
      affinity: %s
      affinityClaimTime: %s
      allocations: %s
      unallocated: %s
      attributes: %s
      sequenceNumber: %d
      sequenceNumberForAllocation: %s
      deleted: %s
      strictAffinity: false
    """
        .formatted(
            block.cidr(),
            block.affinity().map(o -> '"' + o.toString() + '"').orElse("null"),
            block.affinityClaimTime().map(t -> '"' + t.toString() + '"').orElse("null"),
            block.allocations().stream().map(Shapes::index).toList(),
            block.unallocated(),
            block.attributes().stream().map(Shapes::of).toList(),
            block.sequenceNumber(),
            map(block.sequenceNumberForAllocation(), Object::toString),
            block.deleted());
  }

  public static String of(Handle handle) {
    return """
    IPAMHandle
      handleID: "%s"
      block: %s
      deleted: %s
    """
        .formatted(handle.id(), map(handle.blocks(), Object::toString), handle.deleted());
  }

  private static String of(Attributes attributes) {
    return "{\"handle_id\": %s, \"secondary\": %s}"
        .formatted(
            attributes.handleId().map(h -> '"' + h + '"').orElse("null"),
            map(attributes.activeOwner(), v -> '"' + v + '"'));
  }

  private static String index(OptionalInt index) {
    return index.isPresent() ? Integer.toString(index.getAsInt()) : "null";
  }

  // As Go writes maps: keys as text, in the order of the text.
  private static <K, V> String map(Map<K, V> map, Function<V, String> value) {
    var byText = new TreeMap<String, V>();
    map.forEach((k, v) -> byText.put(k.toString(), v));
    return byText.entrySet().stream()
        .map(e -> '"' + e.getKey() + "\": " + value.apply(e.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
