package io.margay.kube.warm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What may stand in the file with the last image: it is used or refused in words, and what is used
 * is read the same when it was written again. Each input is tried as it is, and under a checksum
 * that is right: a damaged line has to be seen for itself.
 */
public final class WarmFuzz {
  private static final WarmFile FILE = new WarmFile(Path.of("image"));

  private WarmFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    check(input);
    check(signed(input));
  }

  private static void check(byte[] input) {
    switch (read(input)) {
      case WarmRead.Kept kept -> {
        var again = new ByteArrayOutputStream();
        try {
          WarmFile.writeTo(again, kept.image(), kept.written());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        WarmRead second = read(again.toByteArray());
        if (!second.equals(kept)) {
          throw new AssertionError("not the same when it is read again: " + second);
        }
      }
      case WarmRead.Refused(var _, var why) -> {
        if (!why.startsWith("image: ") || why.contains("\n")) {
          throw new AssertionError("not one line on the file: " + why);
        }
      }
      case WarmRead.None none -> throw new AssertionError(none);
    }
  }

  private static WarmRead read(byte[] input) {
    try {
      return FILE.read(new ByteArrayInputStream(input));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of the input without its last one, under the checksum of these. */
  private static byte[] signed(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int last = text.stripTrailing().lastIndexOf('\n');
    String lines = text.substring(0, last + 1);
    byte[] body = lines.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      String footer = "{\"sha256\":\"" + HexFormat.of().formatHex(digest) + "\"}\n";
      return (lines + footer).getBytes(StandardCharsets.UTF_8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
