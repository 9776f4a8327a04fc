package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.control.ControlText;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.wire.LookupTable;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** One client's requests, in the words of {@link ControlText}. */
final class ControlSession {
  private static final EventLog LOG = EventLog.of(ControlSession.class);

  /** Longer than any line of the protocol. */
  private static final int LONGEST_LINE = 128;

  private static final int LARGEST_TABLE = 100_000;

  private final InputStream in;
  private final OutputStream out;
  private final ControlServer.Served served;
  private final Forwarder forwarder;
  private final CompletableFuture<Ending> ending;

  ControlSession(SocketChannel client, ControlServer.Served served) {
    this.in = new BufferedInputStream(Channels.newInputStream(client));
    this.out = Channels.newOutputStream(client);
    this.served = served;
    this.forwarder = served.forwarder();
    this.ending = served.ending();
  }

  /** Answers until the client goes; after nonsense it is sent away. */
  void run() throws IOException {
    Optional<String> request = line();
    while (request.isPresent() && answer(request.get())) {
      request = line();
    }
  }

  /** Whether the conversation can go on. */
  private boolean answer(String request) throws IOException {
    switch (request) {
      case ControlText.STATUS -> say(ControlText.OK, status().text() + ControlText.END);
      case ControlText.SHOW -> show();
      case ControlText.STOP -> end(Ending.WITH_DEVICE);
      case ControlText.STOP_KEEP -> end(Ending.DEVICE_STAYS);
      case ControlText.HAND_OVER -> {
        return handOver();
      }
      case ControlText.STOP_HANDED -> {
        return stopHanded();
      }
      default -> {
        return takeTable(request);
      }
    }
    return true;
  }

  /** Line by line: a large table as one text would not fit into the heap. */
  private void show() throws IOException {
    var lines = new PrintStream(new BufferedOutputStream(out), false, StandardCharsets.US_ASCII);
    lines.print(ControlText.OK + "\n");
    forwarder.table().ifPresent(t -> TableText.each(t.lookup(), lines::print));
    lines.print(ControlText.END + "\n");
    lines.flush();
    if (lines.checkError()) {
      throw new IOException("the client went while the table was shown");
    }
  }

  private void end(Ending how) throws IOException {
    say(ControlText.OK);
    ending.complete(how);
  }

  private boolean handOver() throws IOException {
    Path there = Path.of(served.socket() + ControlText.HANDED);
    try {
      if (!forwarder.handOver(ends -> DescriptorSocket.send(there, forwarder.device(), ends))) {
        return refuse("it ends");
      }
    } catch (KernelException e) {
      return refuse(String.valueOf(e.getMessage()));
    }
    LOG.info("tunnel.forwarder.handed", "device", forwarder.device(), "to", there);
    say(ControlText.OK, status().text() + ControlText.END);
    return true;
  }

  private boolean stopHanded() throws IOException {
    if (!forwarder.leave()) {
      return refuse("nothing was handed over, or it ends already");
    }
    try {
      say(ControlText.OK, status().text() + ControlText.END);
    } finally {
      ending.complete(Ending.HANDED_OVER);
    }
    return true;
  }

  private boolean takeTable(String request) throws IOException {
    String[] words = request.split(" ", -1);
    if (words.length != 2
        || !words[0].equals(ControlText.TABLE)
        || !words[1].matches("[0-9]{1,18}")) {
      return refuse("\"" + request + "\" is no request");
    }
    var builder = new LookupTable.Builder();
    var sink = new BuilderSink(builder);
    for (int number = 1; number <= LARGEST_TABLE; number++) {
      Optional<String> line = line();
      if (line.isEmpty()) {
        return false;
      }
      if (line.get().equals(ControlText.END)) {
        use(Long.parseLong(words[1]), builder.build());
        return true;
      }
      Optional<String> wrong = TableText.read(line.get(), sink);
      if (wrong.isPresent()) {
        return refuse("line " + number + ": " + wrong.get() + "; the table in use stays");
      }
    }
    return refuse("the table has more than " + LARGEST_TABLE + " lines; the one in use stays");
  }

  private void use(long version, LookupTable lookup) throws IOException {
    forwarder.use(new Table(version, lookup));
    LOG.info(
        "tunnel.forwarder.table",
        "version",
        version,
        "routes",
        lookup.routeCount(),
        "sources",
        lookup.sourceCount());
    say(ControlText.OK);
  }

  private ForwarderStatus status() {
    Optional<Table> table = forwarder.table();
    return new ForwarderStatus(
        ControlText.PROTOCOL,
        ControlText.HANDS_OVER,
        served.build(),
        served.came(),
        ProcessHandle.current().pid(),
        forwarder.device(),
        table.map(t -> OptionalLong.of(t.version())).orElse(OptionalLong.empty()),
        table.map(t -> t.lookup().routeCount()).orElse(0),
        table.map(t -> t.lookup().sourceCount()).orElse(0),
        forwarder.queues(),
        forwarder.counters());
  }

  private boolean refuse(String why) throws IOException {
    LOG.warn("tunnel.forwarder.request_refused", "why", why);
    say(ControlText.ERROR + " " + why);
    return false;
  }

  private void say(String... lines) throws IOException {
    out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** The next line; empty at the end of the conversation. */
  private Optional<String> line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return Optional.of(line.toString());
      }
      if (line.length() == LONGEST_LINE) {
        refuse("a line is longer than " + LONGEST_LINE);
        return Optional.empty();
      }
      line.append((char) c);
    }
    return Optional.empty();
  }
}
