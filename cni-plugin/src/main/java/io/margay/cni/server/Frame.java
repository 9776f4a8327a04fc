package io.margay.cni.server;

import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.RawCall;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Calls and answers as the shim writes and reads them (src/main/c/shim.h): u32 length, big-endian,
 * then for a call the program's name, {@code KEY=VALUE} for each variable and an empty text, each
 * with a zero byte behind, and standard input; for an answer the exit code as one byte, and text.
 */
final class Frame {
  /** The shim's own limit for standard input, and room for the environment. */
  private static final int MAX_CALL = (1 << 20) + (1 << 18);

  private Frame() {}

  /** Reads one call's bytes. */
  static ByteBuffer readCall(ReadableByteChannel from) throws IOException {
    int length = read(from, 4).getInt();
    if (length < 2 || length > MAX_CALL) {
      throw new IOException("a call of " + Integer.toUnsignedString(length) + " bytes");
    }
    return read(from, length);
  }

  /** The call in these bytes, which are what a file of the queue holds, too. */
  static Optional<RawCall> decode(ByteBuffer bytes) {
    var in = bytes.duplicate();
    Optional<String> program = text(in);
    Map<String, String> environment = new LinkedHashMap<>();
    Optional<String> entry = program.flatMap(_ -> text(in));
    while (entry.isPresent() && !entry.get().isEmpty()) {
      int equals = entry.get().indexOf('=');
      if (equals > 0) {
        environment.put(entry.get().substring(0, equals), entry.get().substring(equals + 1));
      }
      entry = text(in);
    }
    String input = StandardCharsets.UTF_8.decode(in).toString();
    return entry.flatMap(_ -> program).map(name -> new RawCall(name, environment, input));
  }

  static void write(WritableByteChannel to, Answer answer) throws IOException {
    byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
    var out = ByteBuffer.allocate(5 + text.length);
    out.putInt(1 + text.length).put((byte) answer.exitCode()).put(text).flip();
    while (out.hasRemaining()) {
      to.write(out);
    }
  }

  private static Optional<String> text(ByteBuffer in) {
    for (int end = in.position(); end < in.limit(); end++) {
      if (in.get(end) == 0) {
        var part = in.slice(in.position(), end - in.position());
        in.position(end + 1);
        return Optional.of(StandardCharsets.UTF_8.decode(part).toString());
      }
    }
    return Optional.empty();
  }

  private static ByteBuffer read(ReadableByteChannel from, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (from.read(bytes) < 0) {
        throw new EOFException("the call ended after " + bytes.position() + " of " + length);
      }
    }
    return bytes.flip();
  }
}
