package io.margay.cni.server;

import io.margay.cni.protocol.RawCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * DELs that nobody could carry out, a file each, which outlive a crash of the node. The shim writes
 * them when there is no agent, the server while the agent starts. For any thread.
 */
final class DelQueue {
  /** A hidden file is one that is being written; so old a one was left by a crash. */
  private static final Duration STALE = Duration.ofHours(1);

  private final Path directory;

  DelQueue(Path directory) {
    this.directory = directory;
  }

  /** One DEL that waits; empty when the file holds no call. */
  record Entry(Path file, Optional<RawCall> call) {}

  /** Keeps a call; one for the same container and interface takes the place of an older one. */
  void keep(RawCall call, ByteBuffer bytes) throws IOException {
    createDirectory();
    String name =
        String.join(
            "@", call.program(), call.variable("CNI_CONTAINERID"), call.variable("CNI_IFNAME"));
    Path hidden = directory.resolve("." + UUID.randomUUID() + "." + name);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(hidden, mode);
    try (var file = FileChannel.open(hidden, StandardOpenOption.WRITE)) {
      var in = bytes.duplicate();
      while (in.hasRemaining()) {
        file.write(in);
      }
      file.force(true);
    }
    Files.move(hidden, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /** All that wait, oldest first. */
  List<Entry> waiting() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> !isHidden(file))
          .sorted((a, b) -> modified(a).compareTo(modified(b)))
          .map(DelQueue::read)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Takes one out. */
  void remove(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** Removes what a crash left half written. */
  void sweep(Instant now) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(DelQueue::isHidden).toList()) {
        if (modified(file).isBefore(now.minus(STALE))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private void createDirectory() throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    try {
      Files.createDirectory(directory, mode);
    } catch (FileAlreadyExistsException _) {
      // As it should be, most of the time.
    }
  }

  private static Entry read(Path file) {
    try {
      return new Entry(file, Frame.decode(ByteBuffer.wrap(Files.readAllBytes(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private static Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
