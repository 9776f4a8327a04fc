package io.margay.tunnel.forwarder;

import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.wire.WireFormat;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The process's arguments.
 *
 * @param queues how many it is to have
 * @param build what it was started as, or empty
 * @param succeeds whether it takes over from the one that serves the socket
 */
record Options(String device, Path socket, Wire wire, int queues, String build, boolean succeeds) {
  static final String USAGE =
      "--device NAME --socket PATH [--udp PORT] [--queues 1-"
          + ForwarderLaunch.MOST_QUEUES
          + "] [--build ID] [--succeed]";

  private static final String DEVICE = "--device";
  private static final String SOCKET = "--socket";
  private static final String UDP = "--udp";
  private static final String QUEUES = "--queues";
  private static final String BUILD = "--build";
  private static final String SUCCEED = "--succeed";
  private static final Set<String> WITH_VALUE = Set.of(DEVICE, SOCKET, UDP, QUEUES, BUILD);
  private static final String PORT = "[1-9][0-9]{0,4}";
  private static final int LAST_PORT = 0xffff;

  /** Empty when something is missing, wrong or unknown. */
  static Optional<Options> read(List<String> args) {
    Map<String, String> values = new HashMap<>();
    var rest = new ArrayDeque<>(args);
    while (!rest.isEmpty()) {
      String option = rest.remove();
      boolean known = option.equals(SUCCEED) || (WITH_VALUE.contains(option) && !rest.isEmpty());
      if (!known) {
        return Optional.empty();
      }
      values.put(option, option.equals(SUCCEED) ? "" : rest.remove());
    }
    String device = values.get(DEVICE);
    String socket = values.get(SOCKET);
    Optional<Wire> wire = wire(Optional.ofNullable(values.get(UDP)));
    int queues = queues(values.getOrDefault(QUEUES, "1"));
    if (device == null || socket == null || wire.isEmpty() || queues == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Options(
            device,
            Path.of(socket),
            wire.get(),
            queues,
            values.getOrDefault(BUILD, ""),
            values.containsKey(SUCCEED)));
  }

  /** 0 when it is no such number. */
  private static int queues(String text) {
    int number = text.matches("[1-9]") ? Integer.parseInt(text) : 0;
    return number <= ForwarderLaunch.MOST_QUEUES ? number : 0;
  }

  private static Optional<Wire> wire(Optional<String> port) {
    if (port.isEmpty()) {
      return Optional.of(Wire.IPIP);
    }
    return port.filter(text -> text.matches(PORT))
        .map(Integer::parseInt)
        .filter(number -> number <= LAST_PORT)
        .map(number -> new Wire(WireFormat.UDP, number));
  }
}
