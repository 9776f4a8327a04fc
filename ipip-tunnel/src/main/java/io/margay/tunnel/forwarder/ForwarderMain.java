package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.KernelException;
import io.margay.tunnel.control.ForwarderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The forwarder's process: {@code --device NAME --socket PATH [--udp PORT] [--build ID]
 * [--succeed]}; IPIP without a port. With {@code --succeed} it takes over from the one that serves
 * the socket, if one does.
 *
 * <p>It ends with 0 when it is told to, 2 for wrong arguments, 3 when another serves the same
 * socket, and 1 when its device, a socket or the taking over fails. It does not mend itself:
 * whoever started it starts another, which finds the device in place.
 */
public final class ForwarderMain {
  private static final EventLog LOG = EventLog.of(ForwarderMain.class);
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int SERVED_BY_ANOTHER = 3;

  private final Options options;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();

  private ForwarderMain(Options options) {
    this.options = options;
  }

  public static void main(String[] args) {
    Optional<Options> options = Options.read(List.of(args));
    if (options.isEmpty()) {
      System.err.println(
          "usage: ForwarderMain " + Options.USAGE + "; got " + String.join(" ", args));
      System.exit(USAGE);
      return;
    }
    System.exit(new ForwarderMain(options.get()).run());
  }

  private int run() {
    Path lockFile = Path.of(options.socket() + ".lock");
    try (var file =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock = file.tryLock();
      if (lock != null) {
        // A socket file that is there was left by a dead process.
        return serve(forwarder(Ends.open(options.device(), options.wire())));
      }
      Optional<Predecessor> predecessor =
          options.succeeds() ? Predecessor.at(options.socket()) : Optional.empty();
      if (predecessor.isEmpty()) {
        LOG.warn("tunnel.forwarder.not_alone", "socket", options.socket(), "lock", lockFile);
        return SERVED_BY_ANOTHER;
      }
      return serve(succeed(predecessor.get(), file));
    } catch (IOException | UncheckedIOException | KernelException | ForwarderException e) {
      LOG.warn("tunnel.forwarder.failed", "device", options.device(), "why", e.getMessage());
      return FAILED;
    }
  }

  private Forwarder forwarder(Ends ends) {
    return new Forwarder(
        ends,
        options.wire(),
        ThreadLocalRandom.current().nextInt(1 << 16),
        _ -> ending.complete(Ending.FAILED));
  }

  /** The one that moves packets in the place of another, which does it no more. */
  private Forwarder succeed(Predecessor predecessor, FileChannel file) throws IOException {
    Optional<Table> table = predecessor.table();
    if (!predecessor.handsOver()) {
      predecessor.stop();
      file.lock();
      Forwarder forwarder = forwarder(Ends.open(options.device(), options.wire()));
      table.ifPresent(forwarder::use);
      LOG.info("tunnel.forwarder.succeeded", "pid", predecessor.pid(), "how", "stopped first");
      return forwarder;
    }
    Forwarder forwarder = forwarder(predecessor.ends(options.device(), options.wire()));
    try {
      table.ifPresent(forwarder::use);
      forwarder.inherit(predecessor.stopHanded());
    } catch (RuntimeException e) {
      forwarder.close();
      throw e;
    }
    LOG.info("tunnel.forwarder.succeeded", "pid", predecessor.pid(), "how", "handed over");
    Thread.ofPlatform().name("lock").daemon().start(() -> lock(file));
    return forwarder;
  }

  /** Waits for the predecessor's end; packets and clients need not. */
  private void lock(FileChannel file) {
    try {
      file.lock();
    } catch (IOException e) {
      LOG.warn("tunnel.forwarder.not_locked", "socket", options.socket(), "why", e.getMessage());
    }
  }

  private int serve(Forwarder moving) throws IOException {
    var served = new ControlServer.Served(options.socket(), options.build(), moving, ending);
    try (moving;
        var server = ControlServer.open(served)) {
      LOG.info(
          "tunnel.forwarder.serving",
          "device",
          options.device(),
          "socket",
          options.socket(),
          "build",
          options.build());
      Ending how = server.ending();
      if (how == Ending.WITH_DEVICE) {
        moving.dropDevice();
      }
      LOG.info("tunnel.forwarder.ended", "device", options.device(), "how", how);
      return how == Ending.FAILED ? FAILED : 0;
    }
  }
}
