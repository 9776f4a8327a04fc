package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.KernelException;
import io.margay.tunnel.control.Came;
import io.margay.tunnel.control.ForwarderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The forwarder's process: {@code --device NAME --socket PATH [--udp PORT] [--queues N] [--build
 * ID] [--succeed]}; IPIP without a port, one queue without a number. With {@code --succeed} it
 * takes over from the one that serves the socket, if one does.
 *
 * <p>It ends with 0 when it is told to, 2 for wrong arguments, 3 when another serves the same
 * socket or is about to, and 1 when its device, a socket or the taking over fails. It does not mend
 * itself: whoever started it starts another, which finds the device in place.
 */
public final class ForwarderMain {
  private static final EventLog LOG = EventLog.of(ForwarderMain.class);
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int SERVED_BY_ANOTHER = 3;

  /** For the end of a predecessor, which has at most threads to stop. */
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private static final Duration FOR_EVER = Duration.ofDays(10_000);

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
    try (var locks = Locks.of(options.socket())) {
      if (!locks.come()) {
        return notAlone("another begins or takes over already");
      }
      if (locks.serve()) {
        // A socket file that is there was left by a dead process.
        return serve(locks, forwarder(opened()), Came.AFRESH);
      }
      Optional<Predecessor> predecessor =
          options.succeeds() ? Predecessor.at(options.socket()) : Optional.empty();
      if (predecessor.isEmpty()) {
        return notAlone("another serves the socket");
      }
      return succeed(predecessor.get(), locks);
    } catch (IOException | UncheckedIOException | KernelException | ForwarderException e) {
      LOG.warn("tunnel.forwarder.failed", "device", options.device(), "why", e.getMessage());
      return FAILED;
    }
  }

  private int notAlone(String why) {
    LOG.warn("tunnel.forwarder.not_alone", "socket", options.socket(), "why", why);
    return SERVED_BY_ANOTHER;
  }

  private Ends opened() {
    return Ends.open(options.device(), options.wire(), options.queues());
  }

  private Forwarder forwarder(Ends ends) {
    return new Forwarder(
        ends,
        options.wire(),
        options.queues(),
        ThreadLocalRandom.current().nextInt(1 << 16),
        _ -> ending.complete(Ending.FAILED));
  }

  private int succeed(Predecessor predecessor, Locks locks) throws IOException {
    Optional<Table> table = predecessor.table();
    Came came = predecessor.handsOver() ? Came.HANDED : Came.STOPPED;
    Forwarder forwarder =
        came == Came.HANDED
            ? handed(predecessor, table, locks)
            : afterTheEnd(predecessor, table, locks);
    LOG.info("tunnel.forwarder.succeeded", "pid", predecessor.pid(), "how", came.text());
    Thread.ofPlatform().name("lock").daemon().start(() -> awaitEnd(predecessor, locks));
    return serve(locks, forwarder, came);
  }

  /** The one that moves packets in the place of another, which does it no more. */
  private Forwarder handed(Predecessor predecessor, Optional<Table> table, Locks locks)
      throws IOException {
    Forwarder forwarder = forwarder(predecessor.ends(options.device(), options.wire()));
    try {
      table.ifPresent(forwarder::use);
      // Without an answer it may have ended: then nobody else reads.
      if (!predecessor.stopHanded() && !locks.serveWithin(END_LIMIT)) {
        throw goesOn(predecessor);
      }
      forwarder.inherit(predecessor.counters());
      return forwarder;
    } catch (IOException | RuntimeException e) {
      forwarder.close();
      throw e;
    }
  }

  private Forwarder afterTheEnd(Predecessor predecessor, Optional<Table> table, Locks locks)
      throws IOException {
    predecessor.stop();
    if (!locks.serveWithin(END_LIMIT)) {
      throw goesOn(predecessor);
    }
    Forwarder forwarder = forwarder(opened());
    table.ifPresent(forwarder::use);
    return forwarder;
  }

  private static ForwarderException goesOn(Predecessor predecessor) {
    return new ForwarderException(
        "forwarder " + predecessor.pid() + " was told to end and still runs after " + END_LIMIT);
  }

  /** Waits for the predecessor's end; packets and clients need not. */
  private void awaitEnd(Predecessor predecessor, Locks locks) {
    try {
      if (!locks.serveWithin(END_LIMIT)) {
        LOG.warn("tunnel.forwarder.not_locked", "why", goesOn(predecessor).getMessage());
        locks.serveWithin(FOR_EVER);
      }
    } catch (ClosedChannelException e) {
      // This process ends before the other one.
    } catch (IOException e) {
      LOG.warn("tunnel.forwarder.not_locked", "socket", options.socket(), "why", e.getMessage());
    }
  }

  /** One that cannot know leaves things as they are. */
  private static boolean anotherComes(Locks locks) {
    try {
      return !locks.come();
    } catch (IOException e) {
      return true;
    }
  }

  private int serve(Locks locks, Forwarder moving, Came came) throws IOException {
    var served = new ControlServer.Served(options.socket(), options.build(), came, moving, ending);
    try (moving;
        var server = ControlServer.open(served)) {
      LOG.info(
          "tunnel.forwarder.serving",
          "device",
          options.device(),
          "socket",
          options.socket(),
          "build",
          options.build(),
          "queues",
          moving.queues().count());
      Ending how = server.ending();
      boolean succeeded =
          how == Ending.HANDED_OVER || (moving.handOverNoMore() && anotherComes(locks));
      if (succeeded) {
        moving.leaveEnds();
        server.leaveSocket();
      } else if (how == Ending.WITH_DEVICE) {
        moving.dropDevice();
      }
      LOG.info("tunnel.forwarder.ended", "device", options.device(), "how", how);
      return how == Ending.FAILED ? FAILED : 0;
    }
  }
}
