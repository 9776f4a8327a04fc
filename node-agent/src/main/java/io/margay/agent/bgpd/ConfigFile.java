package io.margay.agent.bgpd;

import io.margay.agent.standalone.BgpdConfig;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The speaker's file. */
final class ConfigFile {
  private static final EventLog LOG = EventLog.of(ConfigFile.class);

  private final Path path;

  ConfigFile(Path path) {
    this.path = path;
  }

  /** What it says now; empty when it is refused, which the log tells with every reason. */
  Optional<BgpdConfig> read() {
    String text;
    try {
      text = Files.readString(path);
    } catch (IOException e) {
      LOG.warn("bgpd.config.refused", "why", path + ": " + reason(e));
      return Optional.empty();
    }
    return switch (BgpdConfig.read(path.toString(), text, ConfigFile::password)) {
      case BgpdConfig.Reading.Accepted(BgpdConfig config) -> Optional.of(config);
      case BgpdConfig.Reading.Refused(var errors) -> {
        errors.forEach(error -> LOG.warn("bgpd.config.refused", "why", error));
        yield Optional.empty();
      }
    };
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case CharacterCodingException _ -> "not UTF-8";
      default -> e.toString();
    };
  }

  private static Optional<String> password(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty(); // told as a problem of the place that names the file
    }
  }
}
