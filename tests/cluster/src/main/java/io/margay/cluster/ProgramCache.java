package io.margay.cluster;

import io.margay.cluster.Programs.Availability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The programs of a control plane, kept outside of the repository under the fingerprint of what
 * they were built from. Built by whoever needs them first; others wait for it.
 */
public final class ProgramCache {
  /** A file lock is the process's: threads of one process agree by this one. */
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final Path directory;
  private final Optional<Path> assets;

  private ProgramCache(Path directory, Optional<Path> assets) {
    this.directory = directory;
    this.assets = assets;
  }

  /**
   * The user's: under $XDG_CACHE_HOME or ~/.cache. Where KUBEBUILDER_ASSETS names a folder, etcd,
   * kube-apiserver and kubectl are taken from there.
   */
  public static ProgramCache standard() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    return new ProgramCache(
        base.resolve("margay/e2e"),
        assets == null || assets.isEmpty() ? Optional.empty() : Optional.of(Path.of(assets)));
  }

  /**
   * The programs, built if need be: that takes 10 to 15 minutes on two cores, and is told.
   *
   * @throws IllegalStateException when the build fails
   */
  public Availability obtain(Progress progress) throws InterruptedException {
    Optional<String> go = GoBuild.version();
    if (go.isEmpty()) {
      return new Availability.Missing(
          "no Go on this machine: kube-apiserver, kube-controller-manager and etcd are built by it");
    }
    GoSources sources = GoSources.fromClassPath();
    Path home = directory.resolve(sources.fingerprint(go.get(), GoBuild.linkerFlags(sources)));
    try {
      if (!missing(home).isEmpty()) {
        Files.createDirectories(home);
        Optional<String> reason = buildLocked(home, sources, progress);
        if (reason.isPresent()) {
          return new Availability.Missing(
              "Kubernetes " + sources.kubernetes() + " cannot be built here: " + reason.get());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the programs cannot be kept in " + home, e);
    }
    Map<Tool, Path> paths = new EnumMap<>(Tool.class);
    Tool.all().forEach(tool -> paths.put(tool, path(home, tool)));
    return new Availability.Ready(new Programs(paths, sources.kubernetes()));
  }

  private Path path(Path home, Tool tool) {
    return assets
        .filter(_ -> tool.isInAssets())
        .map(folder -> folder.resolve(tool.program()))
        .orElseGet(() -> home.resolve(tool.program()));
  }

  private List<Tool> missing(Path home) {
    var missing = new ArrayList<Tool>();
    for (Tool tool : Tool.all()) {
      Path path = path(home, tool);
      if (!Files.isExecutable(path)) {
        if (!path.startsWith(home)) {
          throw new IllegalStateException(path + ", in KUBEBUILDER_ASSETS, is no program");
        }
        missing.add(tool);
      }
    }
    return missing;
  }

  /** Whoever had to wait finds the programs there. */
  private Optional<String> buildLocked(Path home, GoSources sources, Progress progress)
      throws IOException, InterruptedException {
    ONE_AT_A_TIME.lockInterruptibly();
    try (var channel =
            FileChannel.open(
                home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, progress)) {
      List<Tool> missing = missing(home);
      return missing.isEmpty() || !lock.isValid()
          ? Optional.empty()
          : build(home, missing, sources, progress);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private static FileLock lock(FileChannel channel, Progress progress) throws IOException {
    FileLock free = channel.tryLock();
    if (free != null) {
      return free;
    }
    progress.say("another process builds the control plane; waiting for it");
    return channel.lock();
  }

  private static Optional<String> build(
      Path home, List<Tool> tools, GoSources sources, Progress progress)
      throws IOException, InterruptedException {
    // What a killed build left is under a name that nothing looks for.
    Path work = home.resolve("building");
    Folders.remove(work);
    Path code = work.resolve("src");
    Path fresh = work.resolve("bin");
    Files.createDirectories(fresh);
    sources.copyTo(code);
    var build = new GoBuild(sources, progress);
    Optional<String> reason = build.download(code, tools);
    if (reason.isEmpty()) {
      build.build(code, tools, fresh);
      for (Tool tool : tools) {
        Files.move(
            fresh.resolve(tool.program()),
            home.resolve(tool.program()),
            StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Folders.remove(work);
    return reason;
  }
}
