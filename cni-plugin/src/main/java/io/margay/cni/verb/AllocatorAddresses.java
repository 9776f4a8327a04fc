package io.margay.cni.verb;

import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.allocate.GivenRequest;
import io.margay.ipam.allocate.ReleaseRequest;
import io.margay.ipam.allocate.ReleaseResult;
import io.margay.ipam.store.StoreUnavailableException;
import java.util.List;
import java.util.function.Supplier;

/** The node's allocator as CNI sees it. */
public final class AllocatorAddresses implements Addresses {
  private final Allocator allocator;
  private final Supplier<Holdings> held;

  /** With {@code held}, which knows the blocks of the cluster and so what this node holds. */
  public AllocatorAddresses(Allocator allocator, Supplier<Holdings> held) {
    this.allocator = allocator;
    this.held = held;
  }

  @Override
  public AssignResult assign(AssignRequest request) {
    return allocator.assign(request);
  }

  @Override
  public AssignResult assign(GivenRequest request) {
    return allocator.assignGiven(request);
  }

  @Override
  public ReleaseResult release(String handle) {
    return allocator.releaseHandle(handle);
  }

  @Override
  public ReleaseResult release(List<ReleaseRequest> requests) {
    return allocator.release(requests);
  }

  @Override
  public Holding held(String handle) {
    try {
      return new Holding.Held(allocator.addressesOf(handle));
    } catch (StoreUnavailableException e) {
      return new Holding.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Holdings heldByThisNode() {
    return held.get();
  }
}
