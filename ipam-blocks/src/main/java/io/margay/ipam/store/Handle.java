package io.margay.ipam.store;

import io.margay.foundation.addr.Prefix;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calico's IPAMHandle: in which blocks a pod, or a tunnel, has addresses. It is raised before the
 * block is written and lowered after, so its counts are upper bounds.
 *
 * @param id in the case in which it was given; the object's name is its lower case
 * @param blocks addresses by block, each 1 or more
 */
public record Handle(String id, Map<Prefix, Integer> blocks, boolean deleted)
    implements Deletable<Handle> {
  public Handle {
    blocks = Collections.unmodifiableMap(new TreeMap<>(blocks));
  }

  /** A handle that lives. */
  public static Handle of(String id, Map<Prefix, Integer> blocks) {
    return new Handle(id, blocks, false);
  }

  @Override
  public Handle markedDeleted() {
    return new Handle(id, blocks, true);
  }
}
