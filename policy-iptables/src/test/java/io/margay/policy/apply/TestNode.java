package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A node in a namespace of its own, with a target and a reconciler; time stands at one moment. */
final class TestNode implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestNetns netns = TestNetns.create();
  private final Backend backend;
  private final List<PolicyTarget> targets = new ArrayList<>();
  private final PolicyEngine engine;
  private Reconciler<RenderKey, Rendered> reconciler;
  private long version;

  TestNode(Backend backend, RenderSettings settings) {
    this.backend = backend;
    this.engine = new PolicyEngine(settings);
    this.reconciler = reconciler();
  }

  TestNetns netns() {
    return netns;
  }

  PolicyEngine engine() {
    return engine;
  }

  PolicyTarget target() {
    return targets.getLast();
  }

  Reconciler<RenderKey, Rendered> reconciler() {
    targets.add(new PolicyTarget(backend, List.of(Family.values()), launcher()));
    return new Reconciler<>(
        targets.getLast(), PolicyTarget.SETTINGS, new Hold(Set.of()), new Random(1), 0);
  }

  /** What the engine wants, in the kernel. */
  Reconciler<RenderKey, Rendered> settle() {
    return settle(engine.desired());
  }

  /** This and nothing else in the kernel, as far as the kernel takes it. */
  Reconciler<RenderKey, Rendered> settle(Map<RenderKey, Rendered> wanted) {
    reconciler.want(++version, wanted);
    reconciler.run(0);
    return reconciler;
  }

  /** Looks at the kernel anew and repairs. */
  Reconciler<RenderKey, Rendered> resync() {
    reconciler.resync();
    reconciler.run(0);
    return reconciler;
  }

  /** Another agent after this one, which knows nothing but what is in the kernel. */
  Reconciler<RenderKey, Rendered> successor() {
    reconciler = reconciler();
    return settle();
  }

  List<String> launcher() {
    return List.of("nsenter", "--net=" + netns.path());
  }

  /** Runs iptables of the back end that is under test. */
  void iptables(String arguments) {
    inside("iptables-" + backend + " -w " + arguments);
  }

  String save() {
    return inside("iptables-" + backend + "-save");
  }

  /** Runs a program inside; the test fails when it fails. */
  String inside(String command) {
    var argv = new ArrayList<>(launcher());
    argv.addAll(List.of(command.split(" ", -1)));
    ProgramResult result = Program.run(argv, Optional.empty(), LIMIT);
    return result.orThrow().out();
  }

  @Override
  public void close() {
    targets.forEach(PolicyTarget::close);
    netns.close();
  }
}
