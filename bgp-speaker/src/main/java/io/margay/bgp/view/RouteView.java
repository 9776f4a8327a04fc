package io.margay.bgp.view;

import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.PathFate;
import io.margay.foundation.addr.Prefix;
import java.util.List;

/**
 * A prefix with everything that is known of it, the best path first. The fates are those of now:
 * during the recovery after a restart, what would be chosen.
 */
public record RouteView(Prefix prefix, List<ExplainedPath> paths) {
  public RouteView {
    paths = List.copyOf(paths);
  }

  /** True when one of the paths is chosen. */
  public boolean isUsed() {
    return paths.stream().anyMatch(path -> path.fate() instanceof PathFate.Best);
  }
}
