package io.margay.bench.fib;

import io.margay.bench.frame.Bench;
import io.margay.bench.host.CProgram;
import io.margay.bench.host.Room;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A network namespace with one cable, in which the two loads work by turns. */
final class FibCourse implements Bench.Course {
  /** Twice the whole table, then what needs it full; it is empty at the end. */
  private static final List<Operation> PLAN =
      List.of(
          Operation.ADD,
          Operation.REPLACE,
          Operation.DELETE,
          Operation.ADD,
          Operation.REPLACE,
          Operation.DUMP,
          Operation.DUMP,
          Operation.DUMP,
          Operation.HEAP,
          Operation.ONE,
          Operation.FAILOVER,
          Operation.DELETE);

  private final Room room;
  private final CProgram peer;

  /** A file with the order in which our loop has the routes: the peer sends the same batches. */
  private final Path order;

  private final int routes;
  private final Path jvmOptions;
  private final Function<LoadReport, Map<String, Double>> values;

  private FibCourse(
      Room room,
      CProgram peer,
      Path order,
      int routes,
      Path jvmOptions,
      Function<LoadReport, Map<String, Double>> values) {
    this.room = room;
    this.peer = peer;
    this.order = order;
    this.routes = routes;
    this.jvmOptions = jvmOptions;
    this.values = values;
  }

  static FibCourse open(
      int routes, Path jvmOptions, Function<LoadReport, Map<String, Double>> values) {
    CProgram peer = CProgram.compile("fibload");
    try {
      Path order = Files.createTempFile("margay-bench-routes", "");
      try {
        Files.writeString(order, new RouteSet(routes, Cable.DEVICE).order());
        return new FibCourse(Cable.lay(), peer, order, routes, jvmOptions, values);
      } catch (IOException | RuntimeException e) {
        Files.delete(order);
        throw e;
      }
    } catch (IOException e) {
      peer.close();
      throw new UncheckedIOException("write the order of routes", e);
    } catch (RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  @Override
  public Map<String, Double> ours() {
    return run(RouteLoad.command(jvmOptions), PLAN);
  }

  /** A program without a heap of its own has nothing to say of that. */
  @Override
  public Map<String, Double> theirs() {
    var plan = PLAN.stream().filter(operation -> operation != Operation.HEAP).toList();
    return run(List.of(peer.file().toString(), order.toString()), plan);
  }

  private Map<String, Double> run(List<String> load, List<Operation> plan) {
    return values.apply(LoadReport.of(room, load, routes, plan));
  }

  @Override
  public void close() {
    try (room;
        peer) {
      Files.delete(order);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + order, e);
    }
  }
}
