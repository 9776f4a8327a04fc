package io.margay.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Go module that the programs are built from, as it is on the class path. */
final class GoSources {
  private static final Pattern KUBERNETES =
      Pattern.compile("(?m)^\\s+k8s\\.io/kubernetes (v1\\.(\\d+)\\.\\d+)$");

  /** Part of a SHA-256 is enough to tell versions apart, and keeps paths short. */
  private static final int NAME_LENGTH = 16;

  private final Map<String, byte[]> files;
  private final Matcher kubernetes;

  private GoSources(Map<String, byte[]> files) {
    this.files = files;
    String module = new String(file("go.mod"), StandardCharsets.UTF_8);
    this.kubernetes = KUBERNETES.matcher(module);
    if (!kubernetes.find()) {
      throw new IllegalStateException("go.mod requires no k8s.io/kubernetes");
    }
  }

  static GoSources fromClassPath() {
    var files = new LinkedHashMap<String, byte[]>();
    Stream<String> programs = Tool.all().stream().map(tool -> tool.program() + "/main.go");
    Stream.concat(Stream.of("go.mod", "go.sum"), programs)
        .forEach(name -> files.put(name, resource("/control-plane/" + name)));
    return new GoSources(files);
  }

  private static byte[] resource(String name) {
    try (InputStream in = GoSources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private byte[] file(String name) {
    byte[] content = files.get(name);
    if (content == null) {
      throw new IllegalStateException("no " + name);
    }
    return content;
  }

  /** The version of Kubernetes that go.mod requires, such as v1.35.4. */
  String kubernetes() {
    return kubernetes.group(1);
  }

  String minor() {
    return kubernetes.group(2);
  }

  /** Another one for other sources, another compiler and other flags. */
  String fingerprint(String... builtWith) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach((name, content) -> {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update(content);
      });
      Arrays.stream(builtWith)
          .forEach(word -> digest.update(word.getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest()).substring(0, NAME_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Writes them into a folder. */
  void copyTo(Path directory) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.write(path, file.getValue());
    }
  }
}
