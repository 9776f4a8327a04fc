package io.margay.lab.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The text of manifest files. */
final class ManifestFiles {
  private ManifestFiles() {}

  /**
   * Files by path; of a folder its .yaml, .yml and .json files by name.
   *
   * @throws IOException when one is not there
   */
  static Map<String, String> read(List<Path> paths) throws IOException {
    var files = new LinkedHashMap<String, String>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      for (Path file : Files.isDirectory(path) ? inside(path) : List.of(path)) {
        files.put(file.toString(), Files.readString(file));
      }
    }
    return files;
  }

  /** The demonstration's own, from the class path. */
  static Map<String, String> ofTheDemo() throws IOException {
    var files = new LinkedHashMap<String, String>();
    for (String name : List.of("demo/app.yaml", "demo/policies.yaml")) {
      try (InputStream in = ManifestFiles.class.getResourceAsStream("/" + name)) {
        if (in == null) {
          throw new IllegalStateException(name + " is not on the class path");
        }
        files.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  private static List<Path> inside(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().matches(".*\\.(yaml|yml|json)")).sorted().toList();
    }
  }
}
