package io.margay.e2e;

import io.margay.cluster.ControlPlane;
import io.margay.kube.types.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a client and its server hold open for each other.
 *
 * @param threads platform threads of this process
 * @param files open files and sockets of this process
 * @param watches at the server, of the kinds that an agent watches, by resource; those of the
 *     server's own controllers are among them
 */
record Held(int threads, int files, Map<String, Integer> watches) {
  /** Fewer than kinds are watched: a watch each that is left over is found. */
  private static final int IDLE = 6;

  private static final Pattern WATCHES =
      Pattern.compile(
          "^apiserver_longrunning_requests\\{.*[{,]resource=\"([a-z]*)\".*verb=\"WATCH\".*} (\\d+)$",
          Pattern.MULTILINE);

  static Held by(ControlPlane plane) throws IOException {
    String metrics = plane.kubectl().run("get", "--raw", "/metrics").orThrow().out();
    var watches = new TreeMap<String, Integer>();
    for (Matcher found = WATCHES.matcher(metrics); found.find(); ) {
      watches.merge(found.group(1), Integer.parseInt(found.group(2)), Integer::sum);
    }
    watches.keySet().retainAll(Kind.watched().stream().map(Kind::plural).toList());
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return new Held(Thread.getAllStackTraces().size(), (int) files.count(), watches);
    }
  }

  /** Waits until nothing more is held than before, idle connections and their threads aside. */
  static void awaitNoMoreThan(Held before, ControlPlane plane) throws Exception {
    var last = new AtomicReference<>(before);
    try {
      Wait.until(
          "no more is held than before",
          () -> {
            Held now = by(plane);
            last.set(now);
            return now.threads <= before.threads + IDLE
                && now.files <= before.files + IDLE
                && now.watches.equals(before.watches);
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + before + ", now " + last, e);
    }
  }
}
