package io.margay.agent.run;

import io.margay.agent.config.Backend;
import io.margay.agent.start.Phase;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.view.PeerView;
import io.margay.cni.server.NodeState;
import io.margay.foundation.addr.Family;
import io.margay.kube.client.ApiException;
import io.margay.kube.status.NodeStatusWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The answers to calico-node's exec probes, by Calico's rules. */
final class Probes implements NodeState {
  /** For so long after the start all peers must be established, later one is enough. */
  private static final Duration THRESHOLD = Duration.ofSeconds(30);

  private final Backend backend;
  private final Path nodeNameFile;
  private final BgpPart bgp;
  private final Supplier<Phase> phase;
  private final Supplier<String> setup;
  private final NodeStatusWriter writer;

  Probes(
      Backend backend,
      Path nodeNameFile,
      BgpPart bgp,
      Supplier<Phase> phase,
      Supplier<String> setup,
      NodeStatusWriter writer) {
    this.backend = backend;
    this.nodeNameFile = nodeNameFile;
    this.bgp = bgp;
    this.phase = phase;
    this.setup = setup;
    this.writer = writer;
  }

  @Override
  public Verdict ask(Question question) {
    return switch (question) {
      case BIRD_LIVE, BIRD6_LIVE -> live();
      case BIRD_READY -> ready(Family.IPV4);
      case BIRD6_READY -> ready(Family.IPV6);
      case SHUTDOWN -> shutdown();
    };
  }

  @Override
  public String startingUp() {
    return phase.get() instanceof Phase.Syncing syncing
        ? syncing.waitsFor() + " (" + setup.get() + ")"
        : phase.get().waitsFor();
  }

  /** Before it is its turn the speaker is not dead. */
  private Verdict live() {
    return bgp.speaker().isPresent() && bgp.peers().isEmpty()
        ? new Verdict.Bad("the BGP speaker does not answer")
        : new Verdict.Good();
  }

  private Verdict ready(Family family) {
    if (backend != Backend.BIRD) {
      return new Verdict.Good();
    }
    if (bgp.speaker().isEmpty()) {
      return new Verdict.Bad("BGP has not started: " + startingUp());
    }
    Optional<List<PeerView>> all = bgp.peers();
    if (all.isEmpty()) {
      return new Verdict.Bad("the BGP speaker does not answer");
    }
    return ready(family, all.get(), isYoung(), bgp.isRecovering());
  }

  /**
   * Calico's rule for a speaker that runs.
   *
   * @param young the threshold has not passed yet
   */
  static Verdict ready(Family family, List<PeerView> all, boolean young, boolean recovering) {
    List<PeerView> peers = all.stream().filter(peer -> peer.address().family() == family).toList();
    List<String> down =
        peers.stream()
            .filter(peer -> peer.phase() != SessionPhase.ESTABLISHED)
            .map(peer -> peer.address().toString())
            .toList();
    if (peers.isEmpty()) {
      return new Verdict.Good();
    }
    if (young && recovering) {
      return new Verdict.Bad("graceful restart recovery in progress");
    }
    boolean enough = young ? down.isEmpty() : down.size() < peers.size();
    return enough
        ? new Verdict.Good()
        : new Verdict.Bad("BGP not established with " + String.join(",", down));
  }

  private boolean isYoung() {
    try {
      Instant written = Files.getLastModifiedTime(nodeNameFile).toInstant();
      return written.plus(THRESHOLD).isAfter(Instant.now());
    } catch (IOException e) {
      return true;
    }
  }

  /** Where we make no network the node's condition is another's. */
  private Verdict shutdown() {
    if (backend == Backend.NONE) {
      return new Verdict.Good();
    }
    try {
      writer.networkDown(Instant.now());
      return new Verdict.Good();
    } catch (ApiException e) {
      return new Verdict.Bad(String.valueOf(e.getMessage()));
    }
  }
}
