package io.margay.tunnel.control;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a forwarder is started as, in a few digits: where they are equal, the JVM, its options and
 * the program are. Archives of other projects have their version in their name, so name and size
 * are enough of them; where they lie does not count.
 */
final class BuildId {
  private static final int BYTES = 6;
  private static final Pattern OURS =
      Pattern.compile("(ipip-tunnel|linux-kernel|foundation)[^/]*\\.jar");

  private final MessageDigest digest;

  private BuildId() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has it", e);
    }
  }

  /** Of a class path and the options that are the same wherever it runs. */
  static String of(String classPath, List<String> options) {
    var id = new BuildId();
    id.text(Runtime.version().toString());
    options.forEach(id::text);
    try {
      for (String entry : classPath.split(File.pathSeparator, -1)) {
        id.entry(Path.of(entry));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(id.digest.digest(), 0, BYTES);
  }

  private void entry(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      folder(entry);
    } else if (Files.exists(entry)) {
      String name = String.valueOf(entry.getFileName());
      text(name);
      text(Long.toString(Files.size(entry)));
      if (OURS.matcher(name).matches()) {
        digest.update(Files.readAllBytes(entry));
      }
    }
  }

  /** There are thousands of files in a build's folders: size and time of each are enough. */
  private void folder(Path folder) throws IOException {
    var stamps = new TreeMap<String, String>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes now) {
            stamps.put(
                folder.relativize(file).toString(),
                now.size() + " " + now.lastModifiedTime().toMillis());
            return FileVisitResult.CONTINUE;
          }
        });
    stamps.forEach((file, stamp) -> {
      text(file);
      text(stamp);
    });
  }

  private void text(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
