package io.margay.cni.veth;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * The {@code netns} threads: platform threads on which CNI waits for the kernel. Work inside of a
 * namespace gets a thread of its own from {@code io.margay.kernel.netns}; these never leave the
 * node's.
 */
public final class NetnsPool implements AutoCloseable {
  private final ExecutorService threads;

  /** A pool of so many threads. */
  public NetnsPool(int size) {
    threads =
        Executors.newFixedThreadPool(
            size, Thread.ofPlatform().daemon().name("netns-", 1).factory());
  }

  /** Does something on one of the threads; the caller, a virtual thread, waits uninterruptibly. */
  <T> T call(Supplier<T> work) {
    var task = new FutureTask<T>(work::get);
    threads.execute(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException fault) {
            throw fault;
          }
          throw new CompletionException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets what was begun end. */
  @Override
  public void close() {
    threads.close();
  }
}
