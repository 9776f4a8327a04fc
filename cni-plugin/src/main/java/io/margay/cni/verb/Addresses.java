package io.margay.cni.verb;

import io.margay.cni.protocol.PodName;
import io.margay.foundation.addr.Ip;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.allocate.GivenRequest;
import io.margay.ipam.allocate.ReleaseRequest;
import io.margay.ipam.allocate.ReleaseResult;
import java.util.List;
import java.util.Optional;

/**
 * The part of IPAM that CNI uses; {@code io.margay.ipam.allocate} answers it. Called by many
 * virtual threads at a time; every method may wait for the datastore.
 */
public interface Addresses {
  /** Gives any address that fits the request. */
  AssignResult assign(AssignRequest request);

  /** Gives this address. */
  AssignResult assign(GivenRequest request);

  /** Takes back all addresses of a handle. */
  ReleaseResult release(String handle);

  /** Takes back these addresses and no other of their handle. */
  ReleaseResult release(List<ReleaseRequest> requests);

  /** The addresses of a handle, for CHECK. */
  Holding held(String handle);

  /** All handles with addresses in this node's name, for GC. */
  Holdings heldByThisNode();

  /** What a handle has. */
  sealed interface Holding {
    record Held(List<Ip> ips) implements Holding {}

    /** The datastore did not answer. */
    record Unknown(String reason) implements Holding {}
  }

  /** What a node has. */
  sealed interface Holdings {
    record Held(List<Holder> holders) implements Holdings {}

    /** The datastore did not answer. */
    record Unknown(String reason) implements Holdings {}
  }

  /** A handle and the pod that its attributes name. */
  record Holder(String handle, Optional<PodName> pod) {}
}
