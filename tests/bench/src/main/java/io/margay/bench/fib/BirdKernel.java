package io.margay.bench.fib;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.Room;
import io.margay.bench.host.Tenant;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * BIRD with all routes in its own table, and a kernel protocol that is off until it is asked for
 * them. Spoken to over its control socket, as birdc does.
 */
final class BirdKernel implements AutoCloseable {
  /** Both tables are one in a namespace without rules, and the first that is shown. */
  private static final Pattern PREFIXES = Pattern.compile("Prefixes:\\s+(\\d+)");

  /** Behind the number a line that goes on has a dash; the greeting, 0001, answers nothing. */
  private static final Pattern LAST_LINE = Pattern.compile("(?m)^(?!0001)\\d{4} .*\\n");

  private static final long LIMIT_NANOS = 60_000_000_000L;

  /** Counting takes the kernel some milliseconds, and a processor. */
  private static final int LOOK_MILLIS = 4;

  private final Room room;
  private final Tenant bird;
  private final Path folder;
  private final SocketChannel control;
  private final int routes;

  /** How many routes there are besides. */
  private final int others;

  private BirdKernel(Room room, Tenant bird, Path folder, SocketChannel control, int routes) {
    this.room = room;
    this.bird = bird;
    this.folder = folder;
    this.control = control;
    this.routes = routes;
    this.others = prefixes(room);
  }

  /** Starts it and waits until it has its routes. */
  static BirdKernel start(Room room, RouteSet routes) throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("margay-bench-bird");
      Path config = Files.writeString(folder.resolve("bird.conf"), config(routes));
      Path socket = folder.resolve("ctl");
      Path pid = folder.resolve("pid");
      var argv =
          List.of(
              "bird", "-f", "-c", config.toString(), "-s", socket.toString(), "-P", pid.toString());
      Tenant bird = Tenant.start(room, argv, folder.resolve("log"));
      try {
        bird.awaitListening(socket);
        var control = SocketChannel.open(StandardProtocolFamily.UNIX);
        control.connect(UnixDomainSocketAddress.of(socket));
        var kernel = new BirdKernel(room, bird, folder, control, routes.size());
        String loaded = "of %1$d routes for %1$d networks".formatted(routes.size());
        bird.await("it has not all routes", () -> kernel.ask("show route count").contains(loaded));
        return kernel;
      } catch (RunFailed | InterruptedException e) {
        bird.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("start bird", e);
    }
  }

  private static String config(RouteSet routes) {
    var text = new StringBuilder();
    text.append("router id ").append(RouteSet.ADDRESS).append(";\n");
    text.append("protocol device { }\n");
    text.append("protocol kernel fib { disabled; ipv4 { export all; import none; }; }\n");
    text.append("protocol static blocks { ipv4;\n");
    for (int i = 0; i < routes.size(); i++) {
      Prefix block = routes.key(i).destination();
      text.append("route ").append(block).append(" via ").append(routes.gateway(0)).append(";\n");
    }
    return text.append("}\n").toString();
  }

  /** Has all routes put into the kernel; from the word to the last, in nanoseconds. */
  double add() throws InterruptedException {
    return tell("enable fib", count -> count >= others + routes);
  }

  /** Has them taken out again. */
  void remove() throws InterruptedException {
    tell("disable fib", count -> count <= others);
  }

  private double tell(String command, IntPredicate reached) throws InterruptedException {
    long start = System.nanoTime();
    ask(command);
    while (!reached.test(prefixes(room))) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new RunFailed("after \"" + command + "\": " + bird.lastWords());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return System.nanoTime() - start;
  }

  private static int prefixes(Room room) {
    try {
      Matcher found = PREFIXES.matcher(Files.readString(room.net("fib_triestat")));
      return found.find() ? Integer.parseInt(found.group(1)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("count the kernel's routes", e);
    }
  }

  /** One command and what is answered. */
  private String ask(String command) {
    try {
      control.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
      var answer = new StringBuilder();
      var bytes = ByteBuffer.allocate(4096);
      do {
        if (control.read(bytes.clear()) < 0) {
          throw new RunFailed("bird hung up: " + bird.lastWords());
        }
        answer.append(StandardCharsets.UTF_8.decode(bytes.flip()));
      } while (!isWhole(answer));
      return answer.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("ask bird \"" + command + '"', e);
    }
  }

  private static boolean isWhole(CharSequence answer) {
    return LAST_LINE.matcher(answer).find();
  }

  @Override
  public void close() {
    bird.close();
    try (Stream<Path> files = Files.list(folder)) {
      control.close();
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + folder, e);
    }
  }
}
