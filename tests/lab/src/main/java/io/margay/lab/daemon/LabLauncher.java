package io.margay.lab.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.lab.live.LabFolder;
import io.margay.lab.live.ProcessMark;
import io.margay.lab.live.Progress;
import io.margay.lab.place.Labtool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the process that holds a lab, in namespaces of its own, and ends it. */
public final class LabLauncher {
  private static final Duration STARTS = Duration.ofSeconds(60);
  private static final Duration ENDS = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final LabFolder folder;

  public LabLauncher(LabFolder folder) {
    this.folder = folder;
  }

  /** Whether the lab's process runs. */
  public boolean isUp() {
    return folder.holder().filter(holder -> holder.keeper().isAlive()).isPresent();
  }

  /**
   * Clears away what a dead lab of this name left, starts a new one and asks it the first thing.
   *
   * @param daemon command line of the process that serves it
   * @param first the request that builds it
   * @return the exit status of that
   */
  public int up(List<String> daemon, JsonNode first, Progress progress)
      throws InterruptedException {
    if (isUp()) {
      progress.say("lab " + folder.name() + " is up already");
      return 1;
    }
    if (folder.directory().startsWith("/run")) {
      progress.say(
          folder.directory()
              + ": the machines of a lab have a /run of their own; choose another folder");
      return 1;
    }
    down();
    folder.create();
    var argv =
        new ArrayList<>(
            List.of(
                "unshare",
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "--propagation",
                "private",
                // A JVM that starts where no interface has an IPv6 address does without IPv6.
                "sh",
                "-ec",
                "ip link set lo up; exec \"$@\"",
                "lab",
                Labtool.in(LabFolder.programs()).toString(),
                "hold"));
    argv.addAll(daemon);
    Child keeper = Program.of(argv).startDetached(folder.log());
    folder.record(awaitHolder(keeper));
    if (!awaitSocket(keeper)) {
      progress.say("the lab's process did not start; its log: " + folder.log());
      down();
      return 1;
    }
    try {
      return LabClient.ask(folder.socket(), first, progress);
    } catch (IOException e) {
      throw new UncheckedIOException("lab " + folder.name(), e);
    }
  }

  /** The keeper first is setsid, then unshare; its child is process 1 of the new namespace. */
  private static LabFolder.Holder awaitHolder(Child keeper) throws InterruptedException {
    long deadline = System.nanoTime() + STARTS.toNanos();
    while (keeper.isAlive() && System.nanoTime() < deadline) {
      Optional<ProcessMark> init =
          ProcessHandle.of(keeper.pid())
              .flatMap(parent -> parent.children().findFirst())
              .flatMap(child -> ProcessMark.of(child.pid()));
      Optional<ProcessMark> self = ProcessMark.of(keeper.pid());
      if (init.isPresent() && self.isPresent()) {
        return new LabFolder.Holder(self.get(), init.get());
      }
      Thread.sleep(LOOK);
    }
    keeper.kill();
    throw new IllegalStateException("no namespaces for the lab: " + keeper + " ended");
  }

  private boolean awaitSocket(Child keeper) throws InterruptedException {
    long deadline = System.nanoTime() + STARTS.toNanos();
    while (keeper.isAlive() && System.nanoTime() < deadline) {
      if (Files.exists(folder.socket())) {
        return true;
      }
      Thread.sleep(LOOK);
    }
    return false;
  }

  /**
   * Ends the lab and takes its files away.
   *
   * @return whether there was one
   */
  public boolean down() throws InterruptedException {
    end();
    boolean was = Files.exists(folder.directory());
    folder.remove();
    return was;
  }

  /**
   * Ends the lab, whatever is left of it: with process 1 of its PID namespace all processes in it
   * end, and with them their namespaces, interfaces and mounts. Its files stay.
   */
  public void end() throws InterruptedException {
    Optional<LabFolder.Holder> holder = folder.holder();
    if (holder.isPresent()) {
      holder.get().keeper().kill();
      holder.get().init().kill();
      long deadline = System.nanoTime() + ENDS.toNanos();
      while (holder.get().init().isAlive()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "lab " + folder.name() + ": process " + holder.get().init().pid() + " does not end");
        }
        Thread.sleep(LOOK);
      }
    }
  }

  /** What to put before a command so that it runs where the lab's own process is. */
  public List<String> entering() {
    long init = folder.holder().orElseThrow().init().pid();
    return List.of("nsenter", "-t", Long.toString(init), "-m", "-p", "-n", "--");
  }
}
