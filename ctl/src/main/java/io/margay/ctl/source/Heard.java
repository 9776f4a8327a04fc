package io.margay.ctl.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that tells a watchdog of each read that brought something. */
final class Heard extends FilterInputStream {
  private final Watchdog watchdog;

  Heard(InputStream in, Watchdog watchdog) {
    super(in);
    this.watchdog = watchdog;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    watchdog.heard();
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    watchdog.heard();
    return read;
  }
}
