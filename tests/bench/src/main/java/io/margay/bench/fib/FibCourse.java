package io.margay.bench.fib;

import io.margay.bench.frame.Bench;
import io.margay.bench.host.CProgram;
import io.margay.bench.host.Room;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NewLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
          Operation.ONE,
          Operation.FAILOVER,
          Operation.DELETE);

  private static final String DEVICE = "near";
  private static final String FAR_END = "far";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Room room;
  private final CProgram peer;
  private final int routes;
  private final Path jvmOptions;
  private final Function<LoadReport, Map<String, Double>> values;

  private FibCourse(
      Room room,
      CProgram peer,
      int routes,
      Path jvmOptions,
      Function<LoadReport, Map<String, Double>> values) {
    this.room = room;
    this.peer = peer;
    this.routes = routes;
    this.jvmOptions = jvmOptions;
    this.values = values;
  }

  static FibCourse open(
      int routes, Path jvmOptions, Function<LoadReport, Map<String, Double>> values) {
    CProgram peer = CProgram.compile("fibload");
    try {
      return new FibCourse(furnished(Room.open()), peer, routes, jvmOptions, values);
    } catch (RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  /** Lays a cable: this end has an address, the other one is there and up. */
  private static Room furnished(Room room) {
    var far = new NewLink.Peer(FAR_END, Optional.empty(), 0, OptionalInt.empty());
    try (Netns netns = room.netns();
        Rtnl rtnl = Rtnl.in(netns)) {
      rtnl.run(new LinkRequest.Create(new NewLink.Veth(DEVICE, Optional.empty(), 0, far)));
      int near = rtnl.link(DEVICE).orElseThrow().index();
      rtnl.run(new LinkRequest.SetUp(rtnl.link(FAR_END).orElseThrow().index(), true));
      rtnl.run(new LinkRequest.SetUp(near, true));
      var address = new InterfaceAddress(RouteSet.ADDRESS, RouteSet.ADDRESS_LENGTH);
      rtnl.run(new AddressRequest.Replace(AddressEntry.of(near, address)));
      return room;
    } catch (RuntimeException e) {
      room.close();
      throw e;
    }
  }

  @Override
  public Map<String, Double> ours() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return run(
        List.of(
            java,
            "@" + jvmOptions,
            "-cp",
            System.getProperty("java.class.path"),
            RouteLoad.class.getName()));
  }

  @Override
  public Map<String, Double> theirs() {
    return run(List.of(peer.file().toString()));
  }

  private Map<String, Double> run(List<String> load) {
    var argv = new ArrayList<>(load);
    argv.add(Integer.toString(routes));
    argv.add(DEVICE);
    PLAN.forEach(operation -> argv.add(operation.word()));
    return values.apply(LoadReport.read(room.run(argv, LIMIT).out()));
  }

  @Override
  public void close() {
    room.close();
    peer.close();
  }
}
