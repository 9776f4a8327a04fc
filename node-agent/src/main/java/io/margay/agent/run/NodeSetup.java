package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.TunnelMode;
import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.kube.client.ApiException;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.DefaultObjects;
import io.margay.kube.status.NewPool;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node says of itself before it takes part: its address, its AS number, the objects of a
 * fresh cluster, its name in a file. Tried again every second until all of it is done.
 */
final class NodeSetup {
  private static final EventLog LOG = EventLog.of(NodeSetup.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A version that calicoctl takes for its own kind; see the compatibility notes in docs. */
  private static final String CALICO_VERSION = "v3.32.1";

  private final AgentConfig config;
  private final NodeName self;
  private final NodeAddresses addresses;
  private final DefaultObjects objects;
  private final Supplier<ClusterImage> image;
  private volatile String doing = "has not begun";

  NodeSetup(
      AgentConfig config,
      NodeAddresses addresses,
      DefaultObjects objects,
      Supplier<ClusterImage> image) {
    this.config = config;
    this.self = new NodeName(config.nodeName());
    this.addresses = addresses;
    this.objects = objects;
    this.image = image;
  }

  /** What it does or waits for, one line. */
  String doing() {
    return doing;
  }

  /** Returns when all is done. Call on a thread that may wait for ever. */
  void run() throws InterruptedException {
    String told = "";
    while (true) {
      Optional<String> missing = tryOnce();
      if (missing.isEmpty()) {
        doing = "done";
        return;
      }
      doing = missing.get();
      if (!doing.equals(told)) {
        LOG.warn("node.setup.waits", "for", doing, "retry", PAUSE.toSeconds() + "s");
        told = doing;
      }
      Thread.sleep(PAUSE);
    }
  }

  /** One attempt; what is missing, or nothing. */
  private Optional<String> tryOnce() {
    Node node = image.get().nodes().get(self);
    if (node == null) {
      return Optional.of(
          "Node object \"" + self + "\": it is not there; NODENAME must be a node's name");
    }
    try {
      Optional<String> wrong = addresses.write(node);
      if (wrong.isPresent()) {
        return wrong;
      }
      writeObjects();
      writeNameFile(config.nodeNameFile());
      return Optional.empty();
    } catch (ApiException e) {
      return Optional.of("the API server: " + e.getMessage());
    } catch (IOException e) {
      return Optional.of("the file " + config.nodeNameFile() + ": " + e.getMessage());
    }
  }

  private void writeObjects() {
    config
        .defaultPools()
        .forEach(pool ->
            objects.ensurePool(
                new NewPool(
                    pool.cidr().family() == Family.IPV4
                        ? NewPool.DEFAULT_IPV4
                        : NewPool.DEFAULT_IPV6,
                    pool.cidr(),
                    pool.blockSize(),
                    mode(pool.ipip()),
                    mode(pool.vxlan()),
                    pool.natOutgoing(),
                    pool.nodeSelector(),
                    pool.disableBgpExport())));
    var types = new ArrayList<>(config.clusterTypes());
    types.add("kdd");
    objects.ensureClusterInformation(types, CALICO_VERSION);
    objects.ensureFelixConfiguration();
    objects.ensureBgpConfiguration();
  }

  private static IpPool.Encapsulation mode(TunnelMode mode) {
    return switch (mode) {
      case NEVER -> IpPool.Encapsulation.NEVER;
      case ALWAYS -> IpPool.Encapsulation.ALWAYS;
      case CROSS_SUBNET -> IpPool.Encapsulation.CROSS_SUBNET;
    };
  }

  /** Whole or not at all, without a line feed, for everybody to read: as Calico writes it. */
  private void writeNameFile(Path file) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(self.value())) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, self.value());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
