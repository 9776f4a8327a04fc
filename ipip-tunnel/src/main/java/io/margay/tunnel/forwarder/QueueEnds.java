package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.TunDevice;
import java.util.List;

/**
 * What one queue moves packets between.
 *
 * @param writer the reader itself where there is one queue alone; see {@link TunDevice#openWriter}
 * @param socket of the wire format: receives, and sends what the kernel may cut
 */
record QueueEnds(TunDevice reader, TunDevice writer, BatchSocket socket) {
  /** For a successor, which makes the same of them. */
  List<Fd> descriptors() {
    return writer == reader
        ? List.of(reader.fd(), socket.fd())
        : List.of(reader.fd(), writer.fd(), socket.fd());
  }
}
