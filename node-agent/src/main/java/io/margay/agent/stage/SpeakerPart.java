package io.margay.agent.stage;

import io.margay.agent.config.RouterId;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Node;
import io.margay.kube.types.SecretState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of the plans that says how this node speaks BGP. It is made anew when an object that it
 * depends on changed: a mesh has as many peers as there are nodes. Owned by the stage thread.
 */
final class SpeakerPart {
  private final RouterId routerId;
  private Map<String, SecretState> secrets = Map.of();
  private OwnBlocks blocks;

  /** Empty when it has to be made anew. */
  private Optional<Made> made = Optional.empty();

  /**
   * The last result.
   *
   * @param notes what was left out, and why
   */
  private record Made(PeerStage.Result result, List<String> notes) {}

  SpeakerPart(RouterId routerId, OwnBlocks blocks) {
    this.routerId = routerId;
    this.blocks = blocks;
  }

  /** Takes in what changed in the image. */
  void update(ClusterDelta delta, OwnBlocks now) {
    boolean same =
        now.equals(blocks)
            && delta.nodes().isEmpty()
            && delta.ipPools().isEmpty()
            && delta.bgpConfigurations().isEmpty()
            && delta.bgpPeers().isEmpty()
            && delta.bgpFilters().isEmpty();
    blocks = now;
    if (!same) {
      made = Optional.empty();
    }
  }

  /** What is known of Secrets from now on. */
  void secrets(Map<String, SecretState> states) {
    secrets = Map.copyOf(states);
    made = Optional.empty();
  }

  /**
   * What the speaker shall do.
   *
   * @param notes told what was left out, and why
   */
  PeerStage.Result plan(ClusterImage image, Node self, Collection<String> notes) {
    @Nullable Made now = made.orElse(null);
    if (now == null) {
      now = make(image, self);
      made = Optional.of(now);
    }
    notes.addAll(now.notes());
    return now.result();
  }

  private Made make(ClusterImage image, Node self) {
    var notes = new ArrayList<String>();
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
                OriginStage.export(image, blocks, notes),
                secrets),
            routerId);
    notes.addAll(ConfigurationNotes.of(image, self.name()));
    notes.addAll(filters.notes());
    notes.addAll(result.notes());
    return new Made(result, List.copyOf(notes));
  }
}
