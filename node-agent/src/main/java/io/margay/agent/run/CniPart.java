package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.cni.install.InstallSettings;
import io.margay.cni.install.Installer;
import io.margay.cni.server.CniServer;
import io.margay.cni.server.NodeState;
import io.margay.cni.server.ServerSettings;
import io.margay.cni.verb.Addresses;
import io.margay.cni.verb.CniMeter;
import io.margay.cni.verb.Endpoints;
import io.margay.cni.verb.NodeServices;
import io.margay.cni.verb.VerbSettings;
import io.margay.cni.verb.Verbs;
import io.margay.cni.veth.NetnsPool;
import io.margay.cni.veth.VethWiring;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.foundation.tree.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** CNI's server and what it leaves on the host. */
final class CniPart {
  private static final EventLog LOG = EventLog.of(CniPart.class);

  /** Threads that enter pods' namespaces; more of them only wait for the kernel's one lock. */
  private static final int NETNS_THREADS = 4;

  private final AgentConfig config;
  private final CniServer server;
  private final Clock clock;
  private final CniMeter meter;
  private final Path mtuFile;
  private final Installer installer;
  private boolean serving;

  /**
   * Opens the socket: from here on an ADD waits instead of failing.
   *
   * @throws IOException when the socket cannot be made
   */
  CniPart(
      AgentConfig config,
      Map<String, String> environment,
      NodeState state,
      CniMeter meter,
      Clock clock)
      throws IOException {
    this.config = config;
    this.clock = clock;
    this.meter = meter;
    this.mtuFile = config.directories().state().resolve("mtu");
    var problems = new Problems();
    this.installer =
        new Installer(
            InstallSettings.read(
                environment,
                config.nodeName(),
                config.cni().binDirectory(),
                config.cni().confDirectory(),
                problems));
    ConfigProblems.tell(problems.all());
    Files.createDirectories(config.directories().run());
    Path queue = config.directories().state().resolve("cni-del-queue");
    Files.createDirectories(queue);
    this.server =
        CniServer.open(
            new ServerSettings(
                config.directories().run().resolve("cni.sock"), queue, Duration.ofSeconds(30)),
            state,
            meter::queued);
  }

  /**
   * Installs the binaries, lets requests pass, and then lets the runtime know of us. May be said
   * again: requests pass from the first time on, also when something cannot be installed.
   *
   * @throws UncheckedIOException when something cannot be installed
   */
  synchronized void serve(Endpoints endpoints, Addresses addresses) {
    try {
      install(installer::installBinaries);
    } finally {
      if (!serving) {
        server.serve(new Verbs(services(endpoints, addresses)));
        serving = true;
      }
    }
    install(installer::writeConfiguration);
  }

  private NodeServices services(Endpoints endpoints, Addresses addresses) {
    String prefix = config.dataplane().interfacePrefixes().getFirst();
    return new NodeServices(
        new VerbSettings(
            config.nodeName(), prefix, mtuFile, Duration.ofSeconds(config.cni().deadlineSeconds())),
        endpoints,
        addresses,
        new VethWiring(new NetnsPool(NETNS_THREADS), prefix),
        meter,
        clock,
        InstantSource.system());
  }

  /** A part of the installation. */
  private interface Installation {
    void run() throws IOException;
  }

  private void install(Installation part) {
    if (!config.cni().manage()) {
      return;
    }
    try {
      part.run();
    } catch (IOException e) {
      throw new UncheckedIOException("CNI cannot be installed: " + e, e);
    }
  }

  void stop() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("cni.close.failed", "why", e.getMessage());
    }
  }
}
