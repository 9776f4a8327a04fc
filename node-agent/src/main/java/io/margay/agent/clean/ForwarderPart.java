package io.margay.agent.clean;

import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Forwarder processes, which outlive the agent. Each takes its device along. */
final class ForwarderPart implements Part {
  private final Places places;
  private final Map<Item, ForwarderClient> found = new LinkedHashMap<>();

  ForwarderPart(Places places) {
    this.places = places;
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public List<Item> find() {
    for (Path socket : sockets(places.directories().run())) {
      var client = new ForwarderClient(socket);
      Optional<ForwarderStatus> status = client.status();
      status.ifPresent(running ->
          found.put(
              new Item(
                  name(),
                  "forwarder of " + running.device() + ", pid " + running.pid(),
                  "answers at " + socket),
              client));
    }
    return List.copyOf(found.keySet());
  }

  @Override
  public Map<Item, String> remove() {
    found.values().forEach(client -> client.stop(false));
    return Map.of();
  }

  private static List<Path> sockets(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("forwarder.*\\.sock"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
