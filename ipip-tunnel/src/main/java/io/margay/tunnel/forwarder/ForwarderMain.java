package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.KernelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The forwarder's process: {@code --device NAME --socket PATH}.
 *
 * <p>It ends with 0 when it is told to, 2 for wrong arguments, 3 when another serves the same
 * socket, and 1 when its device or a socket fails. It does not mend itself: whoever started it
 * starts another, which finds the device in place.
 */
public final class ForwarderMain {
  private static final EventLog LOG = EventLog.of(ForwarderMain.class);
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int SERVED_BY_ANOTHER = 3;

  private ForwarderMain() {}

  private record Options(String device, Path socket) {}

  public static void main(String[] args) {
    Optional<Options> options = read(List.of(args));
    if (options.isEmpty()) {
      System.err.println(
          "usage: ForwarderMain --device NAME --socket PATH; got " + String.join(" ", args));
      System.exit(USAGE);
      return;
    }
    System.exit(serve(options.get()));
  }

  private static Optional<Options> read(List<String> args) {
    return args.size() == 4 && args.get(0).equals("--device") && args.get(2).equals("--socket")
        ? Optional.of(new Options(args.get(1), Path.of(args.get(3))))
        : Optional.empty();
  }

  private static int serve(Options options) {
    Path lockFile = Path.of(options.socket() + ".lock");
    try (var file =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock == null) {
        LOG.warn("tunnel.forwarder.not_alone", "socket", options.socket(), "lock", lockFile);
        return SERVED_BY_ANOTHER;
      }
      return serveAlone(options);
    } catch (IOException | KernelException e) {
      LOG.warn("tunnel.forwarder.failed", "device", options.device(), "why", e.getMessage());
      return FAILED;
    }
  }

  /** The lock is ours: a socket file that is there was left by a dead process. */
  private static int serveAlone(Options options) throws IOException {
    var ending = new CompletableFuture<Ending>();
    try (var forwarder =
            new Forwarder(
                options.device(),
                ThreadLocalRandom.current().nextInt(1 << 16),
                _ -> ending.complete(Ending.FAILED));
        var server = ControlServer.open(options.socket(), forwarder, ending)) {
      LOG.info("tunnel.forwarder.serving", "device", options.device(), "socket", server.socket());
      Ending how = ending.join();
      if (how == Ending.WITH_DEVICE) {
        forwarder.dropDevice();
      }
      LOG.info("tunnel.forwarder.ended", "device", options.device(), "how", how);
      return how == Ending.FAILED ? FAILED : 0;
    }
  }
}
