package io.margay.cni.verb;

import io.margay.cni.protocol.Netconf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The MTU of a pair: netconf's, or the one that the agent detected and wrote to a file. */
sealed interface Mtu {
  /** Of a node without configuration and detection. */
  int FALLBACK = 1500;

  record Of(int bytes) implements Mtu {}

  record Unknown(String reason) implements Mtu {}

  static Mtu of(Netconf netconf, Path file) {
    if (netconf.mtu() > 0) {
      return new Of(netconf.mtu());
    }
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (NoSuchFileException _) {
      return netconf.requireMtuFile()
          ? new Unknown(file + " is missing, and require_mtu_file is set")
          : new Of(FALLBACK);
    } catch (IOException e) {
      return new Unknown(file + ": " + e.getMessage());
    }
    if (!text.matches("[0-9]{2,5}") || Integer.parseInt(text) > 65535) {
      return new Unknown(file + " holds \"" + text + "\"; expected a number up to 65535");
    }
    int bytes = Integer.parseInt(text);
    return new Of(bytes == 0 ? FALLBACK : bytes);
  }
}
