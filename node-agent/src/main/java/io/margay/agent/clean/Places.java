package io.margay.agent.clean;

import io.margay.agent.config.AgentConfig;
import io.margay.cni.install.InstallSettings;
import io.margay.foundation.tree.Problems;
import io.margay.kernel.netlink.Rtnl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where to look.
 *
 * @param rtnl opens a socket in the node's namespace
 * @param launcher what stands before each program: {@code nsenter --net=PATH}, or nothing
 * @param prefixes how the names of pods' interfaces begin
 * @param nodeName file of the node's name
 */
record Places(
    Supplier<Rtnl> rtnl,
    List<String> launcher,
    List<String> prefixes,
    AgentConfig.Directories directories,
    Path nodeName,
    InstallSettings cni) {

  /** The node that this process runs on, with the agent's own configuration. */
  static Places of(Map<String, String> environment) {
    AgentConfig config = AgentConfig.read(environment, Optional.empty()).config();
    return new Places(
        Rtnl::open,
        List.of(),
        config.dataplane().interfacePrefixes(),
        config.directories(),
        config.nodeNameFile(),
        InstallSettings.read(
            environment,
            config.nodeName(),
            config.cni().binDirectory(),
            config.cni().confDirectory(),
            new Problems()));
  }

  /** Where the agent listens. */
  Path agentSocket() {
    return directories.run().resolve("margay.sock");
  }
}
