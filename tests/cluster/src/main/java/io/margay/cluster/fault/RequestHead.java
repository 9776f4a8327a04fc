package io.margay.cluster.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP/1.1 request up to its body.
 *
 * @param line such as {@code GET /api/v1/pods HTTP/1.1}
 */
record RequestHead(String line, List<String> fields) {
  private static final int LIMIT = 64 * 1024;

  /** Two ends of lines. */
  private static final int END = 0x0d0a0d0a;

  RequestHead {
    fields = List.copyOf(fields);
  }

  /** Reads one; empty when the client has closed instead. */
  static Optional<RequestHead> read(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int last = 0; last != END; ) {
      int next = in.read();
      if (next < 0 || bytes.size() == LIMIT) {
        return Optional.empty();
      }
      bytes.write(next);
      last = last << 8 | next;
    }
    List<String> lines = bytes.toString(StandardCharsets.ISO_8859_1).strip().lines().toList();
    return Optional.of(new RequestHead(lines.getFirst(), lines.subList(1, lines.size())));
  }

  /** Whether the connection is to become another protocol's: a watch through a WebSocket. */
  boolean isUpgrade() {
    return fields.stream().anyMatch(field -> isNamed(field, "upgrade"));
  }

  /** The same, its connection good for this request only, unless it becomes something else. */
  byte[] alone() {
    var out = new StringBuilder(line).append("\r\n");
    for (String field : fields) {
      if (isUpgrade() || !isNamed(field, "connection")) {
        out.append(field).append("\r\n");
      }
    }
    if (!isUpgrade()) {
      out.append("Connection: close\r\n");
    }
    return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isNamed(String field, String name) {
    return field.toLowerCase(Locale.ROOT).startsWith(name + ":");
  }
}
