package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.foundation.time.Clock;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** TEMPORARY until policy.apply lands. */
final class PolicyTargets {
  private PolicyTargets() {}

  static PolicyLoop loop(AgentConfig config, Clock clock) {
    return new PolicyLoop(new Memory(), clock);
  }

  private static final class Memory implements Target<RenderKey, Rendered> {
    private final Map<RenderKey, Rendered> all = new HashMap<>();

    @Override
    public Map<RenderKey, Rendered> dump() {
      return Map.copyOf(all);
    }

    @Override
    public List<ItemResult<RenderKey>> apply(Diff<RenderKey, Rendered> diff) {
      var results = new ArrayList<ItemResult<RenderKey>>();
      all.putAll(diff.put());
      diff.put().keySet().forEach(key -> results.add(new ItemResult.Done<>(key)));
      diff.remove()
          .forEach(key -> {
            all.remove(key);
            results.add(new ItemResult.Done<>(key));
          });
      return results;
    }
  }
}
