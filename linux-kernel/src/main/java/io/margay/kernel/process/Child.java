package io.margay.kernel.process;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A started program. It is not ended when this object goes; any thread may use it. */
public final class Child {
  private final List<String> argv;
  private final Process process;

  Child(List<String> argv, Process process) {
    this.argv = argv;
    this.process = process;
  }

  public List<String> argv() {
    return argv;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it reads; of a detached child: closed. */
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  /** What it writes; of a detached child: at its end at once. */
  public InputStream stdout() {
    return process.getInputStream();
  }

  /** What it complains; of a detached child: at its end at once. */
  public InputStream stderr() {
    return process.getErrorStream();
  }

  /** Its exit status, once it has ended; 128 plus the signal when one ended it. */
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Asks it to end (SIGTERM). */
  public void terminate() {
    process.destroy();
  }

  /** Ends it (SIGKILL), its children too. */
  public void kill() {
    kill(process);
  }

  /**
   * Waits for its end.
   *
   * @return whether it came within the limit
   */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The parent first, or it would go on in the place of a child that was killed. */
  static void kill(Process process) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public String toString() {
    return String.join(" ", argv) + " (pid " + pid() + ")";
  }
}
