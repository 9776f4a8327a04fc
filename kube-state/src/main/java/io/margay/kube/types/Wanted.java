package io.margay.kube.types;

import java.util.Map;
import java.util.Set;

/**
 * Which members of a watched object are kept when it is read from JSON: what fills most of a pod
 * and a node is of no use here. A constant is a place in an object; items of a list are in the
 * place of the list. What is not known to be useless is kept.
 */
public enum Wanted {
  OBJECT,
  METADATA,
  SPEC,
  STATUS,
  CONTAINER,
  ALL,
  NOTHING;

  private static final Map<String, Wanted> PARTS =
      Map.of(
          "metadata", METADATA,
          "spec", SPEC,
          "status", STATUS);
  private static final Set<String> METADATA_USED =
      Set.of(
          "namespace",
          "name",
          "uid",
          "resourceVersion",
          "deletionTimestamp",
          "labels",
          "annotations");
  private static final Set<String> CONTAINERS = Set.of("containers", "initContainers");
  private static final Set<String> CONTAINER_USED = Set.of("name", "ports", "restartPolicy");

  /** Of pods, and of blocks: IPAM reads its blocks itself (docs/decisions/0032). */
  private static final Set<String> SPEC_USELESS =
      Set.of(
          "volumes",
          "tolerations",
          "ephemeralContainers",
          "imagePullSecrets",
          "attributes",
          "unallocated",
          "sequenceNumberForAllocation");

  private static final Set<String> STATUS_USELESS =
      Set.of(
          "containerStatuses",
          "initContainerStatuses",
          "ephemeralContainerStatuses",
          "resources",
          "images",
          "nodeInfo",
          "allocatable",
          "capacity",
          "volumesInUse",
          "volumesAttached");

  /** What is kept of a member at this place. */
  public Wanted member(String name) {
    return switch (this) {
      case OBJECT -> PARTS.getOrDefault(name, ALL);
      case METADATA -> METADATA_USED.contains(name) ? ALL : NOTHING;
      case SPEC ->
          CONTAINERS.contains(name) ? CONTAINER : SPEC_USELESS.contains(name) ? NOTHING : ALL;
      case STATUS -> STATUS_USELESS.contains(name) ? NOTHING : ALL;
      case CONTAINER -> CONTAINER_USED.contains(name) ? ALL : NOTHING;
      case ALL, NOTHING -> this;
    };
  }
}
