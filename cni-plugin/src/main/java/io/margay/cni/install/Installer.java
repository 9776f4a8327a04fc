package io.margay.cni.install;

import io.margay.cni.protocol.Json;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Installs the shim as {@code calico} and {@code calico-ipam}, and the network configuration. A
 * file is replaced in one step and only when its content differs: others (Multus) watch them.
 */
public final class Installer {
  private static final EventLog LOG = EventLog.of(Installer.class);
  static final List<String> NAMES = List.of("calico", "calico-ipam");
  private static final String EXECUTABLE = "rwxr-xr-x";
  private static final String SECRET = "rw-------";

  private final InstallSettings settings;

  public Installer(InstallSettings settings) {
    this.settings = settings;
  }

  /**
   * Installs the binaries.
   *
   * @throws IOException when one cannot be written or is not what was written
   */
  public void installBinaries() throws IOException {
    byte[] shim = resource("calico");
    for (String name : NAMES) {
      Path file = settings.binaries().resolve(name);
      boolean wanted = settings.update() || !Files.exists(file);
      if (wanted && !settings.skipped().contains(name) && replace(file, shim, EXECUTABLE)) {
        LOG.info("cni.binary.installed", "file", file);
      }
    }
  }

  /**
   * Writes the network configuration: from now on the runtime's node is ready for pods. A file of
   * ours with another name goes.
   *
   * @throws IOException when it cannot be written, or the template is no JSON
   */
  public void writeConfiguration() throws IOException {
    String text = configuration();
    if (Json.parse(text) instanceof Json.Parsed.Broken(var reason)) {
      throw new IOException(
          "the network configuration of CNI_NETWORK_CONFIG or CNI_NETWORK_CONFIG_FILE is no JSON: "
              + reason);
    }
    Path file = settings.configuration().resolve(settings.fileName());
    if (replace(file, text.getBytes(StandardCharsets.UTF_8), SECRET)) {
      LOG.info("cni.configuration.written", "file", file);
    }
    if (settings.oldFileName().isPresent()) {
      Path old = settings.configuration().resolve(settings.oldFileName().get());
      if (Files.deleteIfExists(old)) {
        LOG.info("cni.configuration.removed", "file", old);
      }
    }
    warnOfEarlier();
  }

  private String configuration() throws IOException {
    String text;
    if (settings.templateFile().isPresent()) {
      text = Files.readString(settings.templateFile().get());
    } else if (settings.template().isPresent()) {
      text = settings.template().get();
    } else {
      text = new String(resource("default.conflist"), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, String> each : settings.placeholders().entrySet()) {
      text = text.replace(each.getKey(), each.getValue());
    }
    return text;
  }

  // Runtimes take the first file by name: another one before ours means that ours is not used.
  private void warnOfEarlier() throws IOException {
    try (Stream<Path> files = Files.list(settings.configuration())) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(".*\\.(conf|conflist|json)"))
          .filter(name -> name.compareTo(settings.fileName()) < 0)
          .sorted()
          .forEach(name ->
              LOG.warn("cni.configuration.shadowed", "by", name, "ours", settings.fileName()));
    }
  }

  private static boolean replace(Path file, byte[] content, String mode) throws IOException {
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      return false;
    }
    // Neither name nor ending is one that a runtime would read.
    Path fresh = file.resolveSibling("." + file.getFileName() + ".margay-new");
    Files.deleteIfExists(fresh);
    var attributes = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(SECRET));
    Files.createFile(fresh, attributes);
    try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      var in = ByteBuffer.wrap(content);
      while (in.hasRemaining()) {
        channel.write(in);
      }
      channel.force(true);
    }
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    if (!Arrays.equals(Files.readAllBytes(file), content)) {
      throw new IOException(file + " is not what was written to it");
    }
    return true;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Installer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the jar has no " + name + "; it was built without its shim");
      }
      return in.readAllBytes();
    }
  }
}
