package io.margay.agent.stage;

import io.margay.agent.config.RouterId;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Node;
import io.margay.kube.types.SecretState;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;

/** How this node speaks BGP, from all objects that say something about it. */
final class SpeakerStage {
  private SpeakerStage() {}

  /**
   * The speaker's part of a plan.
   *
   * @param notes told what was left out, and why
   */
  static PeerStage.Result plan(
      ClusterImage image,
      Node self,
      Map<String, SecretState> secrets,
      RouterId routerId,
      Collection<String> notes) {
    FilterStage.Filters filters = FilterStage.of(image);
    PeerStage.Result result =
        PeerStage.plan(
            new PeerStage.Input(
                self,
                image.nodes().values().stream().sorted(Comparator.comparing(Node::name)).toList(),
                image.bgpConfigurations(),
                image.bgpPeers().values().stream()
                    .sorted(Comparator.comparing(BgpPeer::name))
                    .toList(),
                filters.exports(),
                filters.imports(),
                OriginStage.export(image, self.name(), notes),
                secrets),
            routerId);
    notes.addAll(ConfigurationNotes.of(image, self.name()));
    notes.addAll(filters.notes());
    notes.addAll(result.notes());
    return result;
  }
}
