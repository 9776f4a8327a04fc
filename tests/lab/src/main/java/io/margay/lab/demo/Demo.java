package io.margay.lab.demo;

import io.margay.lab.api.ResourceKind;
import io.margay.lab.fib.Expectation;
import io.margay.lab.fib.OwnedBlock;
import io.margay.lab.kubelet.AgentProcess;
import io.margay.lab.live.Applier;
import io.margay.lab.live.Lab;
import io.margay.lab.live.Progress;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The main job in one lab, step by step; each step is checked by what other programs say. It goes
 * on after a finding as far as it can, and tells all of them at the end.
 */
public final class Demo {
  private static final Duration AGENTS_SERVE = Duration.ofSeconds(60);
  private static final Duration CONVERGES = Duration.ofSeconds(60);
  private static final Duration PODS_RUN = Duration.ofSeconds(60);
  private static final Duration OFTEN = Duration.ofMillis(20);

  /** What the project promises: from the last agent's first word to all routes everywhere. */
  private static final double PROMISED_SECONDS = 3;

  private final Clocked out;
  private final Progress progress;
  private final Findings findings = new Findings();
  private final Map<String, String> files;

  /**
   * A demonstration of these manifests, by file name.
   *
   * @param progress who is told
   */
  public Demo(Map<String, String> files, Progress progress) {
    this.files = new LinkedHashMap<>(files);
    this.progress = progress;
    this.out = new Clocked(progress);
  }

  /**
   * Builds a lab and shows it.
   *
   * @param build tells how it goes
   * @return what was not as expected; nothing when all was
   */
  public List<String> run(Function<Progress, Lab> build) throws InterruptedException {
    Lab lab = build.apply(out::say);
    var judges = new Judges(lab);
    var show = new ShowStep(lab, judges, out, findings);
    if (!awaitAgents(lab, judges)) {
      return findings.all();
    }
    boolean run = applyPods(lab);
    awaitRoutes(lab, judges, lab.plan().nodes().size());
    show.sessions();
    show.routes();
    show.addresses();
    var matrix = new MatrixStep(lab, out, findings);
    matrix.everythingIsOpen();
    applyPolicies(lab);
    matrix.policiesHold();
    if (run) {
      kill(lab);
    }
    new MemoryStep(lab, out, findings).report();
    return findings.all();
  }

  private boolean awaitAgents(Lab lab, Judges judges) throws InterruptedException {
    Map<String, AgentProcess> agents = lab.agents();
    List<String> waiting =
        Patience.until(
            () ->
                agents.entrySet().stream()
                    .filter(agent -> agent.getValue().servingNanos().isEmpty())
                    .map(agent ->
                        agent.getKey()
                            + "'s agent does not serve pods; log: "
                            + agent.getValue().log())
                    .toList(),
            AGENTS_SERVE,
            OFTEN);
    waiting.forEach(findings::add);
    if (!waiting.isEmpty()) {
      return false;
    }
    long last =
        agents.values().stream()
            .mapToLong(agent -> agent.servingNanos().orElseThrow())
            .max()
            .orElseThrow();
    out.say("all agents serve pods");
    awaitRoutes(lab, judges, lab.plan().nodes().size());
    double seconds = (System.nanoTime() - last) / 1e9;
    out.say(
        "every block is in every FIB %.2f s after the last agent's cni.serving".formatted(seconds));
    if (seconds > PROMISED_SECONDS) {
      findings.add(
          "convergence took %.2f s, promised are %.0f s".formatted(seconds, PROMISED_SECONDS));
    }
    return true;
  }

  /** Waits until each node has a block and every machine has a way to every block. */
  private void awaitRoutes(Lab lab, Judges judges, int nodes) throws InterruptedException {
    var expectation = new Expectation(lab.plan());
    List<String> missing =
        Patience.until(
            () -> {
              List<OwnedBlock> blocks = judges.blocks();
              long owners = blocks.stream().map(OwnedBlock::node).distinct().count();
              return owners < nodes
                  ? List.of(owners + " of " + nodes + " nodes have a block")
                  : expectation.missing(blocks, judges.fibs());
            },
            CONVERGES,
            OFTEN);
    missing.forEach(findings::add);
  }

  private boolean applyPods(Lab lab) throws InterruptedException {
    var all = new LinkedHashMap<>(files);
    all.put("(pods to ping)", PingPods.manifest(lab.plan()));
    double begin = out.seconds();
    boolean run =
        new Applier(lab.api(), progress)
            .apply(all, kind -> !kind.equals(ResourceKind.NETWORK_POLICY), PODS_RUN);
    out.say("%d pods run after %.1f s".formatted(lab.pods().size(), out.seconds() - begin));
    if (!run) {
      findings.add("not all pods run");
    }
    return run;
  }

  private void applyPolicies(Lab lab) throws InterruptedException {
    boolean good =
        new Applier(lab.api(), progress)
            .apply(files, kind -> kind.equals(ResourceKind.NETWORK_POLICY), PODS_RUN);
    out.say(lab.api().list(ResourceKind.NETWORK_POLICY).size() + " network policies applied");
    if (!good) {
      findings.add("not all policies could be applied");
    }
  }

  private void kill(Lab lab) throws InterruptedException {
    LabPlan plan = lab.plan();
    NodePlan victim = plan.margayNodes().getFirst();
    var pairs = new ArrayList<>(PingPods.pairs(plan, victim, lab.pods()));
    new KillStep(lab, out, findings).run(victim, pairs);
  }
}
