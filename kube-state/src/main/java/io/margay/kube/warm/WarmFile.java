package io.margay.kube.warm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Interner;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The file with the last image: a first line that names format and time, a line of JSON an object,
 * a last line with the SHA-256 of all before it. Written beside and renamed, so that there is
 * always a whole one.
 *
 * @param path where; its folder is there
 */
public record WarmFile(Path path) {
  /** Raised whenever a record of the image gets another shape. */
  static final int FORMAT = 3;

  private static final int NEWLINE = '\n';

  private record Header(int format, String written) {}

  private record Footer(String sha256) {}

  /**
   * Writes the image; the old file stays when that fails.
   *
   * @param now this node's clock
   * @return bytes written
   * @throws IOException what the file system says
   */
  public long write(ClusterImage image, Instant now) throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(beside);
    long size;
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      writeTo(out, image, now);
      out.flush();
      channel.force(true);
      size = channel.size();
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return size;
  }

  static void writeTo(OutputStream out, ClusterImage image, Instant now) throws IOException {
    ObjectMapper mapper = WarmMapper.create(Interner.none());
    var digest = sha256();
    var body = new DigestOutputStream(out, digest);
    line(mapper, body, new Header(FORMAT, now.toString()));
    for (WarmSections.Section<?, ?> section : WarmSections.ALL) {
      writeSection(mapper, body, section, image);
    }
    line(mapper, out, new Footer(HexFormat.of().formatHex(digest.digest())));
  }

  private static <K, V> void writeSection(
      ObjectMapper mapper, OutputStream out, WarmSections.Section<K, V> section, ClusterImage image)
      throws IOException {
    for (var entry : section.of().apply(image).entrySet()) {
      ObjectNode line = mapper.createObjectNode();
      line.put("kind", section.kind().word());
      line.set("key", mapper.valueToTree(entry.getKey()));
      line.set("value", mapper.valueToTree(entry.getValue()));
      line(mapper, out, line);
    }
  }

  private static void line(ObjectMapper mapper, OutputStream out, Object value) throws IOException {
    mapper.writeValue(out, value);
    out.write(NEWLINE);
  }

  /** Reads the file; never throws for what stands in it. */
  public WarmRead read() {
    try (InputStream in = Files.newInputStream(path)) {
      return read(in);
    } catch (NoSuchFileException e) {
      return new WarmRead.None(path);
    } catch (IOException e) {
      return refused("it cannot be read: " + e);
    }
  }

  /** Reads what stands in the file. */
  WarmRead read(InputStream in) throws IOException {
    try {
      var text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
      return new Reading(new BufferedReader(text)).read();
    } catch (CharacterCodingException e) {
      return refused("it is no UTF-8 text");
    }
  }

  private WarmRead refused(String why) {
    return new WarmRead.Refused(
        path, path + ": " + why + ". It is not used; the next image of the cluster replaces it.");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** One pass over the file; what was read counts only once the checksum is seen to be right. */
  private final class Reading {
    private final BufferedReader in;
    private final ObjectMapper mapper = WarmMapper.create(new Interner());
    private final MessageDigest digest = sha256();
    private final WarmSections sections = new WarmSections();
    private int number;

    Reading(BufferedReader in) {
      this.in = in;
    }

    WarmRead read() throws IOException {
      String line = next();
      try {
        Header header = mapper.readValue(line, Header.class);
        if (header == null) {
          return refused("line 1 is no header");
        }
        if (header.format() != FORMAT) {
          return refused("its format is " + header.format() + "; expected " + FORMAT);
        }
        Instant written = Instant.parse(header.written());
        Optional<String> why = objects(line);
        return why.isPresent() ? refused(why.get()) : new WarmRead.Kept(sections.image(), written);
      } catch (JacksonException | DateTimeParseException e) {
        return refused("line " + number + ": " + firstLine(e));
      }
    }

    /** Reads up to the end; what is wrong, if anything. */
    private Optional<String> objects(String first) throws IOException {
      String line = first;
      for (String after = next(); !after.isEmpty(); after = next()) {
        digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
        line = after;
        JsonNode object = mapper.readTree(line);
        if (object.has("sha256")) {
          return checksum(mapper.treeToValue(object, Footer.class));
        }
        Optional<String> why = object(object);
        if (why.isPresent()) {
          return why;
        }
      }
      return Optional.of("it ends after line " + (number - 1) + " without a checksum");
    }

    private Optional<String> object(JsonNode object) throws JacksonException {
      String word = object.path("kind").asText();
      Optional<WarmSections.Section<?, ?>> section = WarmSections.named(word);
      if (section.isEmpty()) {
        return Optional.of("line " + number + ": kind is \"" + word + "\", which is none");
      }
      var type = section.get();
      Object key = mapper.treeToValue(object.path("key"), type.key());
      Object value = mapper.treeToValue(object.path("value"), type.value());
      if (key == null || value == null) {
        return Optional.of("line " + number + ": key or value is missing");
      }
      sections.put(type, key, value);
      return Optional.empty();
    }

    private Optional<String> checksum(Footer footer) throws IOException {
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(footer.sha256())) {
        return Optional.of("its checksum is wrong: it was changed or not written whole");
      }
      return next().isEmpty()
          ? Optional.empty()
          : Optional.of("line " + number + " stands after the checksum");
    }

    private static String firstLine(Exception e) {
      return String.valueOf(e.getMessage()).lines().findFirst().orElse("no JSON");
    }

    /** The next line; empty at the end. */
    private String next() throws IOException {
      number++;
      String line = in.readLine();
      return line == null ? "" : line;
    }
  }
}
