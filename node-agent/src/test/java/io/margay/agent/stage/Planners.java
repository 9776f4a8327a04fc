package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.kube.types.NodeName;
import io.margay.policy.render.RenderSettings;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.Mtu;
import java.util.Optional;
import java.util.OptionalInt;

/** Planners of a node where nothing is configured; a pod's host end is its name behind "cali". */
public final class Planners {
  private Planners() {}

  public static Planner of(NodeName self, Backend backend, RouterId routerId, IpipSupport ipip) {
    return new Planner(
        new Planner.Settings(
            self,
            backend,
            routerId,
            RenderSettings.DEFAULT,
            Optional.empty(),
            ipip,
            "6.18.0",
            AgentConfig.Tunnels.UNSAID,
            new Uplinks(Mtu.DEFAULT_UPLINKS, OptionalInt.empty()),
            pod -> "cali" + pod.name()));
  }
}
