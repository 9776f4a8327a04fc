package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.ipam.block.BlockFaults;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private final Cluster cluster = new Cluster().pool("east", "10.0.0.0/16", 26);
  private final List<Thread> threads = new ArrayList<>();

  @Test
  void whoArrivesDuringAWriteSharesTheNextOne() throws Exception {
    cluster.assigned("node-a", "first");
    var waiting = new CountDownLatch(20);
    var firstWrite = new CountDownLatch(1);
    // The first write of the block waits until all others have their handles.
    cluster.store.fault(
        new InMemoryBlockStore.Fault() {
          @Override
          public void before(InMemoryBlockStore.Request request) {
            if (request.verb().equals("update") && request.kind().equals("block")) {
              await(firstWrite);
            }
          }

          @Override
          public void after(InMemoryBlockStore.Request request) {
            if (request.kind().equals("handle")) {
              waiting.countDown();
            }
          }
        });
    List<Future<AssignResult>> results = start(20);
    await(waiting);
    // With their handles raised, all that they can wait for is the block.
    while (!threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING)) {
      Thread.onSpinWait();
    }
    firstWrite.countDown();
    assertThat(ips(results)).doesNotHaveDuplicates().hasSize(20);
    // One for the pod before, one by the first of the twenty, one for all the others.
    assertThat(cluster.node("node-a").stats().blockWrites()).isEqualTo(3);
    assertThat(cluster.node("node-a").stats().conflicts()).isZero();
  }

  @Test
  void aHundredPodsAtOnceClaimTwoBlocksAndNotAHundred() throws Exception {
    assertThat(ips(start(100))).doesNotHaveDuplicates().hasSize(100);
    assertThat(cluster.store.storedBlocks()).hasSize(2).allMatch(b -> BlockFaults.of(b).isEmpty());
    assertThat(cluster.store.storedHandles()).hasSize(100);
  }

  @Test
  void assignmentsAndReleasesOfManyLeaveNothingBehind() throws Exception {
    var tasks = new ArrayList<Callable<ReleaseResult>>();
    for (int i = 0; i < 200; i++) {
      String handle = "h" + i;
      tasks.add(() -> {
        cluster.assigned("node-a", handle);
        return cluster.node("node-a").releaseHandle(handle);
      });
    }
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : executor.invokeAll(tasks)) {
        assertThat(((ReleaseResult.Released) result.get()).ips()).hasSize(1);
      }
    }
    assertThat(cluster.store.storedHandles()).isEmpty();
    assertThat(cluster.store.storedBlocks())
        .allMatch(b -> b.unallocated().size() == 64 && BlockFaults.of(b).isEmpty());
  }

  @Test
  void aFailedWriteIsToldToAllWhoSharedItAndTheNextReadsAnew() throws Exception {
    cluster.assigned("node-a", "first");
    var failures = new AtomicInteger();
    cluster.store.fault(
        new InMemoryBlockStore.Fault() {
          @Override
          public void after(InMemoryBlockStore.Request request) {
            // The write happens, its answer is lost.
            if (request.verb().equals("update")
                && request.kind().equals("block")
                && failures.getAndIncrement() == 0) {
              throw new StoreUnavailableException("time-out");
            }
          }
        });
    int refused = 0;
    for (var result : start(20)) {
      refused += result.get() instanceof AssignResult.Refused ? 1 : 0;
    }
    assertThat(refused).isPositive();
    // Whoever was refused is released by its handle; whoever was not has an address of its own.
    cluster.store.fault(InMemoryBlockStore.Fault.NONE);
    for (int i = 0; i < 20; i++) {
      cluster.node("node-a").releaseHandle("h" + i);
    }
    cluster.node("node-a").releaseHandle("first");
    assertThat(cluster.store.storedBlocks()).allMatch(b -> b.unallocated().size() == 64);
    assertThat(cluster.store.storedHandles()).isEmpty();
  }

  private List<Future<AssignResult>> start(int pods) {
    Allocator allocator = cluster.node("node-a");
    var results = new ArrayList<Future<AssignResult>>();
    for (int i = 0; i < pods; i++) {
      var request = Cluster.request("node-a", "h" + i);
      var task = new FutureTask<>(() -> allocator.assign(request));
      threads.add(Thread.startVirtualThread(task));
      results.add(task);
    }
    return results;
  }

  private static List<Ip> ips(List<Future<AssignResult>> results)
      throws ExecutionException, InterruptedException {
    var ips = new ArrayList<Ip>();
    for (var result : results) {
      ips.add(((AssignResult.Assigned) result.get()).ip());
    }
    return ips;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
