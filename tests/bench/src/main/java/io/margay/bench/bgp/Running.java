package io.margay.bench.bgp;

import io.margay.bench.host.Room;
import io.margay.bench.host.Tenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** A subject that runs, in a folder of its own. It is killed when this is closed. */
final class Running implements AutoCloseable {
  private static final int BGP_PORT = 179;

  private final Tenant tenant;
  private final Path folder;

  private Running(Tenant tenant, Path folder) {
    this.tenant = tenant;
    this.folder = folder;
  }

  static Running start(Subject subject, Plan plan, Room room) {
    try {
      Path folder = Files.createTempDirectory("margay-bench-" + subject.name());
      // Some become another user before they make their sockets.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      Path config = folder.resolve("config");
      Files.writeString(config, subject.config(plan));
      Path log = folder.resolve("out.log");
      return new Running(Tenant.start(room, subject.argv(folder, config), log), folder);
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for " + subject.name(), e);
    }
  }

  /** Waits until it takes connections. */
  void awaitListening() throws InterruptedException {
    tenant.awaitListening(BGP_PORT);
  }

  /** The most resident memory that it ever had, of all its processes, in bytes. */
  long peakBytes() {
    return tenant.peakBytes();
  }

  /** What it said last. */
  String lastWords() {
    return tenant.lastWords();
  }

  @Override
  public void close() {
    tenant.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + folder, e);
    }
  }
}
