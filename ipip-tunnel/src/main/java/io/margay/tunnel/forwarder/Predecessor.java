package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.control.ControlText;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderException;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The forwarder that serves a socket, as the one sees it that is to take its place. Until it is
 * told to stop it goes on, whatever fails here.
 */
final class Predecessor {
  private static final EventLog LOG = EventLog.of(Predecessor.class);

  /** For its whole table, which may have 100,000 lines. */
  private static final Duration TABLE_LIMIT = Duration.ofSeconds(10);

  private final Path socket;
  private final ForwarderClient client;
  private ForwarderStatus status;

  private Predecessor(Path socket, ForwarderClient client, ForwarderStatus status) {
    this.socket = socket;
    this.client = client;
    this.status = status;
  }

  /** The one that serves this socket; empty when none does. */
  static Optional<Predecessor> at(Path socket) {
    var client = new ForwarderClient(socket);
    return client.status().map(status -> new Predecessor(socket, client, status));
  }

  long pid() {
    return status.pid();
  }

  /** Whether it can hand over; older ones can only be stopped first. */
  boolean handsOver() {
    return status.handsOver() == ControlText.HANDS_OVER
        && status.protocol() == ControlText.PROTOCOL;
  }

  /** Its table; empty when it has none, or speaks of it in another way. */
  Optional<Table> table() throws IOException {
    if (status.version().isEmpty() || status.protocol() != ControlText.PROTOCOL) {
      return Optional.empty();
    }
    var builder = new LookupTable.Builder();
    var sink = new BuilderSink(builder);
    try (var said = asked(ControlText.SHOW)) {
      var in = new BufferedReader(new InputStreamReader(said, StandardCharsets.US_ASCII));
      String line = in.readLine();
      Optional<String> wrong =
          ControlText.OK.equals(line) ? Optional.empty() : Optional.of("it answered " + line);
      for (line = in.readLine();
          wrong.isEmpty() && !ControlText.END.equals(line);
          line = in.readLine()) {
        wrong = line == null ? Optional.of("it ended before its end") : TableText.read(line, sink);
      }
      if (wrong.isPresent()) {
        throw new IOException("the table of forwarder " + socket + ": " + wrong.get());
      }
    }
    return Optional.of(new Table(status.version().getAsLong(), builder.build()));
  }

  private TimedInput asked(String request) throws IOException {
    var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    try {
      Channels.newOutputStream(channel).write((request + "\n").getBytes(StandardCharsets.US_ASCII));
      return new TimedInput(channel, TABLE_LIMIT);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Takes its ends; it goes on moving packets between them. */
  Ends ends(String device, Wire wire) {
    try (var here = DescriptorSocket.bound(Path.of(socket + ControlText.HANDED))) {
      status =
          client
              .handOver()
              .orElseThrow(() -> new ForwarderException("forwarder " + socket + " has ended"));
      return Ends.taken(device, wire, here.receive());
    }
  }

  /** What it has counted, as far as it has said. */
  Map<Counter, Long> counters() {
    return status.counters();
  }

  /** Ends it where another moves its packets; whether it has said that it moves none. */
  boolean stopHanded() {
    return told(() -> client.stopHanded().map(last -> status = last).isPresent());
  }

  /** Ends it; its device stays, and nobody moves packets. Whether it has said that it ends. */
  boolean stop() {
    return told(() -> client.stop(true));
  }

  /** One that dies of it, or before it, may not have answered. */
  private boolean told(BooleanSupplier stop) {
    try {
      return stop.getAsBoolean();
    } catch (ForwarderException e) {
      LOG.warn("tunnel.forwarder.stop_unanswered", "pid", pid(), "why", e.getMessage());
      return false;
    }
  }
}
