package io.margay.bench.tunnel;

import io.margay.bench.host.Room;
import io.margay.bench.host.Tenant;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** One of two nodes: a network namespace with an address on its cable and one of its pods'. */
final class Node implements AutoCloseable {
  /** The device that leads to the other node. */
  static final String CABLE = "cable";

  static final int CABLE_MTU = 1500;
  private static final Duration QUICK = Duration.ofSeconds(30);

  private final int number;
  private final Room room;
  private final Path folder;

  private Node(int number, Room room, Path folder) {
    this.number = number;
    this.room = room;
    this.folder = folder;
  }

  /**
   * A node without a cable.
   *
   * @param number 1 or 2
   */
  static Node open(int number) {
    try {
      var node = new Node(number, Room.open(), Files.createTempDirectory("margay-bench-node"));
      try {
        node.ip("link set lo up");
        node.ip("address add " + node.pod() + "/32 dev lo");
        return node;
      } catch (RuntimeException e) {
        node.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for a node", e);
    }
  }

  /** The node's own address, which outer headers have. */
  Ip4 address() {
    return Ip4.of("10.0.0." + number);
  }

  /** A pod's address; no other device than the loopback needs to be there for it. */
  Ip4 pod() {
    return Ip4.of("10.244." + number + ".1");
  }

  /** Addresses of this node's pods. */
  Prefix block() {
    return Prefix.of("10.244." + number + ".0/26");
  }

  /** A hardware address for its end of a tunnel. */
  String mac() {
    return "66:00:00:00:00:0" + number;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Lays a cable to another node; both ends are up and have the nodes' addresses. */
  void connect(Node other) {
    try (Netns far = other.room.netns()) {
      ip("link add " + CABLE + " type veth peer name " + CABLE + " netns " + far.path());
    }
    for (Node node : List.of(this, other)) {
      node.ip("address add " + node.address() + "/24 dev " + CABLE);
      node.ip("link set " + CABLE + " mtu " + CABLE_MTU + " up");
    }
  }

  /** Runs ip(8) with these words. */
  void ip(String words) {
    command("ip " + words);
  }

  /** Runs a program with its arguments, none of which has a blank. */
  void command(String words) {
    run(List.of(words.split(" ", -1)), QUICK);
  }

  /** Runs a program to its end. */
  ProgramResult run(List<String> argv, Duration limit) {
    return room.run(argv, limit);
  }

  /** Starts a program; the file of that name has what it says. */
  Tenant start(List<String> argv, String log) {
    return Tenant.start(room, argv, file(log));
  }

  /** The namespace goes when nothing runs in it any more. */
  @Override
  public void close() {
    room.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + folder, e);
    }
  }
}
