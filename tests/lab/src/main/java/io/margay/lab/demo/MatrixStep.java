package io.margay.lab.demo;

import io.margay.lab.api.ResourceKind;
import io.margay.lab.expect.Expected;
import io.margay.lab.expect.PodFacts;
import io.margay.lab.expect.PolicyOracle;
import io.margay.lab.live.Lab;
import io.margay.lab.probe.Flow;
import io.margay.lab.probe.MatrixText;
import io.margay.lab.probe.Outcome;
import io.margay.lab.probe.PodEndpoint;
import io.margay.lab.probe.Prober;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which pod reaches which, measured from inside of them and compared with what is to be expected.
 */
final class MatrixStep {
  /** Policies are applied while we measure: that often it is looked again before it counts. */
  private static final int LOOKS = 4;

  private final Lab lab;
  private final Clocked out;
  private final Findings findings;

  MatrixStep(Lab lab, Clocked out, Findings findings) {
    this.lab = lab;
    this.out = out;
    this.findings = findings;
  }

  /** Without a policy everybody reaches everybody, and is seen as who he is. */
  void everythingIsOpen() throws InterruptedException {
    List<PodEndpoint> pods = lab.pods();
    Map<Flow, Outcome> measured = measure(pods, new PolicyOracle(List.of(), Map.of()));
    out.say(summary("without policies", measured));
    out.show(new MatrixText(pods).lines(measured));
  }

  /** With the policies that are there. */
  void policiesHold() throws InterruptedException {
    List<PodEndpoint> pods = lab.pods();
    PolicyOracle oracle =
        PolicyOracle.of(
            lab.api().list(ResourceKind.NETWORK_POLICY), lab.api().list(ResourceKind.NAMESPACE));
    Map<Flow, Outcome> measured = measure(pods, oracle);
    var expected = new LinkedHashMap<Flow, Boolean>();
    measured.keySet().forEach(flow -> expected.put(flow, verdict(oracle, flow).allowed()));
    out.say(summary("with policies; measured, then expected by the API's text", measured));
    out.show(new MatrixText(pods).lines(measured, expected));
  }

  private static String summary(String when, Map<Flow, Outcome> measured) {
    long reached = measured.values().stream().filter(Outcome::reached).count();
    return "reachability "
        + when
        + ": "
        + reached
        + " of "
        + measured.size()
        + " connections come about";
  }

  /** Measures all; what differs is measured again, and noted when it still does. */
  private Map<Flow, Outcome> measure(List<PodEndpoint> pods, PolicyOracle oracle)
      throws InterruptedException {
    Prober prober = lab.prober();
    Map<Flow, Outcome> measured = new LinkedHashMap<>(prober.probe(Prober.flows(pods)));
    List<Flow> wrong = wrong(measured, oracle);
    for (int look = 1; look < LOOKS && !wrong.isEmpty(); look++) {
      measured.putAll(prober.probe(wrong));
      wrong = wrong(measured, oracle);
    }
    for (Flow flow : wrong) {
      findings.add(
          "%s: %s; expected %s".formatted(flow, measured.get(flow), verdict(oracle, flow)));
    }
    return measured;
  }

  private static List<Flow> wrong(Map<Flow, Outcome> measured, PolicyOracle oracle) {
    var wrong = new ArrayList<Flow>();
    measured.forEach((flow, outcome) -> {
      if (!agrees(outcome, verdict(oracle, flow).allowed(), flow)) {
        wrong.add(flow);
      }
    });
    return wrong;
  }

  /** An allowed connection comes about and shows the sender's own address; others get silence. */
  private static boolean agrees(Outcome outcome, boolean allowed, Flow flow) {
    return switch (outcome) {
      case Outcome.Reached(String seenAs) -> allowed && seenAs.equals(flow.from().ip().toString());
      case Outcome.Silent _, Outcome.Refused _, Outcome.Unreachable _ -> !allowed;
    };
  }

  private static Expected verdict(PolicyOracle oracle, Flow flow) {
    return oracle.verdict(
        facts(flow.from()),
        facts(flow.to()),
        flow.door().protocol().toUpperCase(Locale.ROOT),
        flow.door().port());
  }

  private static PodFacts facts(PodEndpoint pod) {
    return PodFacts.of(pod.object(), pod.ip());
  }
}
