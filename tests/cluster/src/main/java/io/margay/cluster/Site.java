package io.margay.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a control plane is.
 *
 * @param directory for its files, made anew and removed at its end; absolute and short: sockets in
 *     it have paths of 107 characters at most
 * @param chart the folder of the Helm chart whose CRDs and roles the cluster gets
 * @param address what it listens on
 * @param netns the network namespace in which that address is; empty: that of this process
 * @param names further names and addresses under which it is asked
 */
public record Site(
    Path directory,
    Path chart,
    String address,
    int port,
    Optional<Path> netns,
    List<String> names) {
  private static final SecureRandom RANDOM = new SecureRandom();

  public Site {
    names = List.copyOf(names);
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException(directory + " is not absolute");
    }
  }

  /** On a loopback address and a port that nobody else uses. */
  public static Site local(Path directory, Path chart) {
    // One address of sixteen million each: suites that run side by side do not meet.
    byte[] address = new byte[4];
    RANDOM.nextBytes(address);
    address[0] = 127;
    address[3] |= 1;
    try {
      InetAddress loopback = InetAddress.getByAddress(address);
      try (var socket = new ServerSocket(0, 1, loopback)) {
        return new Site(
            directory,
            chart,
            loopback.getHostAddress(),
            socket.getLocalPort(),
            Optional.empty(),
            List.of());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
  }

  /** The same, listening there. */
  public Site at(String listen, int on) {
    return new Site(directory, chart, listen, on, netns, names);
  }

  /** The same in a network namespace, such as /proc/PID/ns/net. */
  public Site in(Path namespace) {
    return new Site(directory, chart, address, port, Optional.of(namespace), names);
  }

  /** The same with more names in its certificate. */
  public Site named(String... more) {
    var all = new ArrayList<>(names);
    all.addAll(List.of(more));
    return new Site(directory, chart, address, port, netns, all);
  }
}
