package io.margay.tunnel.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Golden packets: hex, a field a line, with comments; an empty line stands between packets. */
final class Hex {
  private Hex() {}

  static List<byte[]> packets(Path file) throws IOException {
    var packets = new ArrayList<byte[]>();
    var hex = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank()) {
        packets.add(HexFormat.of().parseHex(hex));
        hex.setLength(0);
      }
      hex.append(line.replaceFirst("#.*", "").strip());
    }
    packets.add(HexFormat.of().parseHex(hex));
    return packets;
  }

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
