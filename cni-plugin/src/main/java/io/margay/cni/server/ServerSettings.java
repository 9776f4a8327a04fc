package io.margay.cni.server;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the server listens and how long it lets callers wait.
 *
 * @param socket path of the unix socket; its directory is there
 * @param queue directory of the DELs that wait
 * @param gateLimit after so long a request that came before the agent serves is refused
 */
public record ServerSettings(Path socket, Path queue, Duration gateLimit) {
  /** The paths that the shim knows. */
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          Path.of("/var/run/calico/cni.sock"),
          Path.of("/var/lib/calico/cni-del-queue"),
          Duration.ofSeconds(30));
}
