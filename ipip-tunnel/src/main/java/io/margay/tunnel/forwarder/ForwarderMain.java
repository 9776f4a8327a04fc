package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.KernelException;
import io.margay.tunnel.wire.WireFormat;
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
 * The forwarder's process: {@code --device NAME --socket PATH [--udp PORT]}; IPIP without a port.
 *
 * <p>It ends with 0 when it is told to, 2 for wrong arguments, 3 when another serves the same
 * socket, and 1 when its device or a socket fails. It does not mend itself: whoever started it
 * starts another, which finds the device in place.
 */
public final class ForwarderMain {
  private static final EventLog LOG = EventLog.of(ForwarderMain.class);

  private static final String PORT = "[1-9][0-9]{0,4}";

  private static final int LAST_PORT = 0xffff;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int SERVED_BY_ANOTHER = 3;

  private ForwarderMain() {}

  private record Options(String device, Path socket, Wire wire) {}

  public static void main(String[] args) {
    Optional<Options> options = read(List.of(args));
    if (options.isEmpty()) {
      System.err.println(
          "usage: ForwarderMain --device NAME --socket PATH [--udp PORT]; got "
              + String.join(" ", args));
      System.exit(USAGE);
      return;
    }
    System.exit(serve(options.get()));
  }

  private static Optional<Options> read(List<String> args) {
    boolean udp = args.size() == 6 && args.get(4).equals("--udp") && isPort(args.get(5));
    boolean known = udp || args.size() == 4;
    if (!known || !args.get(0).equals("--device") || !args.get(2).equals("--socket")) {
      return Optional.empty();
    }
    Wire wire = udp ? new Wire(WireFormat.UDP, Integer.parseInt(args.get(5))) : Wire.IPIP;
    return Optional.of(new Options(args.get(1), Path.of(args.get(3)), wire));
  }

  private static boolean isPort(String text) {
    return text.matches(PORT) && Integer.parseInt(text) <= LAST_PORT;
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
                options.wire(),
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
