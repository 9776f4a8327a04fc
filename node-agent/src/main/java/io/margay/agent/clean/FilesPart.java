package io.margay.agent.clean;

import io.margay.cni.install.Installed;
import io.margay.tunnel.control.ControlText;
import io.margay.tunnel.control.ForwarderLaunch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Files of ours. A socket counts when nobody listens there: another's may have its name. */
final class FilesPart implements Part {
  private static final List<String> FORWARDERS =
      List.of(ForwarderLaunch.IPIP_NAME, ForwarderLaunch.UDP_NAME);

  private static final List<String> SOCKETS =
      Stream.concat(
              Stream.of("margay.sock", "cni.sock", "bird.ctl", "bird6.ctl"),
              FORWARDERS.stream().map(name -> name + ".sock"))
          .toList();

  /** What lies beside the socket of a forwarder, behind its name. */
  private static final List<String> BESIDE =
      List.of(
          ControlText.LOCK,
          ControlText.SUCCEED_LOCK,
          ControlText.HANDED,
          ControlText.HANDED + ".new",
          ".new");

  private final Supplier<Map<Path, String>> search;
  private final Map<Item, Path> found = new LinkedHashMap<>();

  private FilesPart(Supplier<Map<Path, String>> search) {
    this.search = search;
  }

  /** What makes the container runtime call us. */
  static FilesPart cniConfiguration(Places places) {
    return new FilesPart(() -> Installed.configuration(places.cni()));
  }

  /** What it calls. */
  static FilesPart cniBinaries(Places places) {
    return new FilesPart(() -> Installed.binaries(places.cni()));
  }

  /** What the agent leaves in its directories. */
  static FilesPart ofAgent(Places places) {
    return new FilesPart(() -> {
      Path state = places.directories().state();
      var files = new LinkedHashMap<Path, String>();
      for (String name : SOCKETS) {
        Path socket = places.directories().run().resolve(name);
        if (isDeserted(socket)) {
          files.put(socket, "a socket of the agent's that nobody listens at");
        }
      }
      keep(files, state.resolve("mtu"), "the MTU of pods, for CNI");
      keep(files, places.nodeName(), "the node's name, for CNI");
      keep(files, state.resolve("margay-image.jsonl"), "the cluster as the agent last saw it");
      keep(files, state.resolve("cni-del-queue"), "DELs that wait for the agent");
      for (String name : FORWARDERS) {
        keep(files, places.directories().log().resolve(name + ".log"), "a forwarder's log");
        Path socket = places.directories().run().resolve(name + ".sock");
        for (String suffix : BESIDE) {
          keep(files, Path.of(socket + suffix), "a forwarder's, beside its socket");
        }
      }
      return files;
    });
  }

  @Override
  public String name() {
    return "file";
  }

  @Override
  public List<Item> find() {
    search.get().forEach((file, why) -> found.put(new Item(name(), file.toString(), why), file));
    return List.copyOf(found.keySet());
  }

  @Override
  public Map<Item, String> remove() {
    var stay = new LinkedHashMap<Item, String>();
    found.forEach((item, file) -> {
      try {
        if (isUsed(file)) {
          stay.put(item, "a forwarder still listens at the socket beside it");
        } else {
          delete(file);
        }
      } catch (IOException e) {
        stay.put(item, e.toString());
      }
    });
    return stay;
  }

  private static void keep(Map<Path, String> files, Path file, String why) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      files.put(file, why);
    }
  }

  /** A link is deleted, never what it leads to. */
  private static void delete(Path file) throws IOException {
    List<Path> inside = new ArrayList<>();
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> all = Files.walk(file)) {
        inside.addAll(all.sorted(Comparator.reverseOrder()).toList());
      } catch (UncheckedIOException e) {
        throw new IOException(e.getCause());
      }
    } else {
      inside.add(file);
    }
    for (Path each : inside) {
      Files.deleteIfExists(each);
    }
  }

  /** Another forwarder could begin beside one that has lost its locks. */
  private static boolean isUsed(Path file) {
    String name = String.valueOf(file.getFileName());
    return FORWARDERS.stream()
        .map(forwarder -> forwarder + ".sock")
        .filter(socket -> name.startsWith(socket + "."))
        .map(file::resolveSibling)
        .anyMatch(socket -> Files.exists(socket, LinkOption.NOFOLLOW_LINKS) && !isDeserted(socket));
  }

  private static boolean isDeserted(Path socket) {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return !channel.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
