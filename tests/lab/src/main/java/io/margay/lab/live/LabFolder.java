package io.margay.lab.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of a lab: who holds it, its socket, its logs, a folder for each place. */
public record LabFolder(String name, Path directory) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WHERE = "MARGAY_LAB_DIR";

  public LabFolder {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,30}")) {
      throw new IllegalArgumentException(
          "lab name \"" + name + "\": small letters, digits and - are accepted, 31 at most");
    }
  }

  /**
   * Who holds a lab.
   *
   * @param keeper the process whose end is the lab's end
   * @param init process 1 of the lab's PID namespace, by its outer number
   */
  public record Holder(ProcessMark keeper, ProcessMark init) {}

  /** The folder of the lab of this name, under $MARGAY_LAB_DIR or /tmp/margay-lab. */
  public static LabFolder named(String name) {
    return new LabFolder(name, base().resolve(name));
  }

  /** Where all labs are, and what they share. */
  public static Path base() {
    String given = System.getenv(WHERE);
    return given == null ? Path.of("/tmp/margay-lab") : Path.of(given).toAbsolutePath();
  }

  /** Where compiled programs are kept for all labs. */
  public static Path programs() {
    return base().resolve(".bin");
  }

  public Path socket() {
    return directory.resolve("lab.sock");
  }

  public Path log() {
    return directory.resolve("lab.log");
  }

  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  /** The folder of a place; {@code log} in it is its /var/log. */
  public Path place(String place) {
    return directory.resolve(place);
  }

  private Path state() {
    return directory.resolve("lab.json");
  }

  /** Who holds it, as written down by {@link #record}. */
  public Optional<Holder> holder() {
    try {
      JsonNode state = JSON.readTree(Files.readString(state()));
      return Optional.of(new Holder(mark(state.path("keeper")), mark(state.path("init"))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(state() + " cannot be read", e);
    }
  }

  /** Writes down who holds it. */
  public void record(Holder holder) {
    ObjectNode state = JSON.createObjectNode();
    write(state.putObject("keeper"), holder.keeper());
    write(state.putObject("init"), holder.init());
    try {
      Path fresh = directory.resolve("lab.json.new");
      Files.writeString(fresh, state.toPrettyString());
      Files.move(fresh, state(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(state() + " cannot be written", e);
    }
  }

  private static ProcessMark mark(JsonNode node) {
    return new ProcessMark(node.path("pid").asLong(), node.path("startTicks").asLong());
  }

  private static void write(ObjectNode node, ProcessMark mark) {
    node.put("pid", mark.pid()).put("startTicks", mark.startTicks());
  }

  /** Makes it, empty. */
  public void create() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be made", e);
    }
  }

  /** Takes it away with all in it. Its mounts went with its processes. */
  public void remove() {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be removed", e);
    }
  }
}
