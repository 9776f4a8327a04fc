package io.margay.cni.server;

import io.margay.cni.protocol.RawCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

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
    String name = name(call);
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

  /** Whether this very call waits: a shim that found nobody a moment ago may have kept it. */
  boolean holds(RawCall call) {
    return Files.exists(directory.resolve(name(call)));
  }

  /** All that wait, oldest first. */
  List<Entry> waiting() throws IOException {
    var entries = new ArrayList<Entry>();
    for (Found found : files()) {
      if (!isHidden(found.file())) {
        read(found.file()).ifPresent(entries::add);
      }
    }
    return entries;
  }

  /** Takes one out. */
  void remove(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** Removes what a crash left half written. */
  void sweep(Instant now) throws IOException {
    for (Found found : files()) {
      if (isHidden(found.file()) && found.modified().isBefore(now.minus(STALE))) {
        Files.deleteIfExists(found.file());
      }
    }
  }

  private record Found(Path file, Instant modified) {}

  /** What is in the directory, oldest first; what goes while we look is left out. */
  private List<Found> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    var found = new ArrayList<Found>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        modified(file).ifPresent(time -> found.add(new Found(file, time)));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparing(Found::modified));
    return found;
  }

  private void createDirectory() throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    try {
      Files.createDirectory(directory, mode);
    } catch (FileAlreadyExistsException _) {
      // As it should be, most of the time.
    }
  }

  private static String name(RawCall call) {
    return String.join(
        "@", call.program(), call.variable("CNI_CONTAINERID"), call.variable("CNI_IFNAME"));
  }

  private static Optional<Entry> read(Path file) throws IOException {
    try {
      return Optional.of(new Entry(file, Frame.decode(ByteBuffer.wrap(Files.readAllBytes(file)))));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  // A shim gives its file another name as soon as it is whole.
  private static Optional<Instant> modified(Path file) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
