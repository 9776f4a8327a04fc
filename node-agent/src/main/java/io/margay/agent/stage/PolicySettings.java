package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig.Dataplane;
import io.margay.policy.render.RenderSettings;

/** The configuration of the dataplane as the policy renderer has it. */
public final class PolicySettings {
  private PolicySettings() {}

  public static RenderSettings of(Dataplane dataplane) {
    RenderSettings d = RenderSettings.DEFAULT;
    return new RenderSettings(
        dataplane.interfacePrefixes(),
        dataplane.insertHooks() ? RenderSettings.HookMode.INSERT : RenderSettings.HookMode.APPEND,
        switch (dataplane.workloadToHost()) {
          case DROP -> RenderSettings.HostAction.DROP;
          case RETURN -> RenderSettings.HostAction.RETURN;
          case ACCEPT -> RenderSettings.HostAction.ACCEPT;
        },
        d.deny(),
        d.markMask(),
        dataplane.ipv6(),
        d.tunnels(),
        d.vxlanPort(),
        d.vxlanFromWorkloads(),
        d.ipipFromWorkloads(),
        d.dropInvalid(),
        d.maxSetSize(),
        d.externalNodes(),
        d.serviceLoop());
  }
}
