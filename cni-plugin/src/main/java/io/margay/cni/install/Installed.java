package io.margay.cni.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which of the files on a host {@link Installer} wrote; Calico's have the same names. */
public final class Installed {
  /** A variable that the shim, in all its versions, asks for. */
  private static final String SHIMS_WORD = "MARGAY_CNI_SOCKET";

  /** A shim is below 100 KiB; Calico's binary is some 70 MiB, which nobody has to read. */
  private static final long LARGEST_SHIM = 4 << 20;

  private Installed() {}

  /** Binaries that are our shim, each with how that is known. */
  public static Map<Path, String> binaries(InstallSettings settings) {
    var found = new LinkedHashMap<Path, String>();
    for (String name : Installer.NAMES) {
      Path file = settings.binaries().resolve(name);
      if (isShim(file)) {
        found.put(file, "it is our shim: it asks for " + SHIMS_WORD);
      }
    }
    return found;
  }

  /** The network configuration, where the program that it names is our shim. */
  public static Map<Path, String> configuration(InstallSettings settings) {
    var found = new LinkedHashMap<Path, String>();
    Path file = settings.configuration().resolve(settings.fileName());
    Path program = settings.binaries().resolve("calico");
    if (Files.isRegularFile(file) && names(file) && isShim(program)) {
      found.put(file, "it names " + program + ", which is our shim");
    }
    return found;
  }

  private static boolean names(Path configuration) {
    return content(configuration).replaceAll("\\s", "").contains("\"type\":\"calico\"");
  }

  private static boolean isShim(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) <= LARGEST_SHIM
          && content(file).contains(SHIMS_WORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
