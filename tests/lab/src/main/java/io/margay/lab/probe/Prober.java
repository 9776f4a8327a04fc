package io.margay.lab.probe;

import io.margay.kernel.process.Program;
import io.margay.lab.place.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Tries connections from inside the pods: one program a pod, which asks all its questions at once.
 */
public final class Prober {
  /** Each program only waits, so there may be many of them. */
  private static final int AT_ONCE = 32;

  private static final Duration SPARE = Duration.ofSeconds(60);

  private final Map<String, Place> places;
  private final Namespaces namespaces;
  private final Path labtool;
  private final Duration patience;

  /** Where a pod's network namespace is on its node. */
  public interface Namespaces {
    Optional<String> netns(String node, String podUid);
  }

  /**
   * Probes from pods on these places.
   *
   * @param patience after which a question counts as unanswered
   */
  public Prober(Map<String, Place> places, Namespaces namespaces, Path labtool, Duration patience) {
    this.places = Map.copyOf(places);
    this.namespaces = namespaces;
    this.labtool = labtool;
    this.patience = patience;
  }

  /** All flows between these pods, each one to each open port of the others. */
  public static List<Flow> flows(Collection<PodEndpoint> pods) {
    var flows = new ArrayList<Flow>();
    for (PodEndpoint from : pods) {
      for (PodEndpoint to : pods) {
        to.doors().forEach(door -> flows.add(new Flow(from, to, door)));
      }
    }
    return flows;
  }

  /** Tries all of them; what a pod that has gone would have said is silence. */
  public Map<Flow, Outcome> probe(List<Flow> flows) throws InterruptedException {
    Map<PodEndpoint, List<Flow>> bySource =
        flows.stream()
            .collect(Collectors.groupingBy(Flow::from, LinkedHashMap::new, Collectors.toList()));
    var jobs = new ArrayList<Callable<Map<Flow, Outcome>>>();
    bySource.forEach((from, mine) -> jobs.add(() -> probeFrom(from, mine)));
    var outcomes = new LinkedHashMap<Flow, Outcome>();
    try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Future<Map<Flow, Outcome>> job : workers.invokeAll(jobs)) {
        outcomes.putAll(job.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe could not be made", e.getCause());
    }
    return outcomes;
  }

  private Map<Flow, Outcome> probeFrom(PodEndpoint from, List<Flow> flows) {
    Place place = places.get(from.node());
    Optional<String> netns = namespaces.netns(from.node(), from.uid());
    var outcomes = new LinkedHashMap<Flow, Outcome>();
    flows.forEach(flow -> outcomes.put(flow, new Outcome.Silent()));
    if (place == null || netns.isEmpty()) {
      return outcomes;
    }
    List<String> argv = List.of(labtool.toString(), "probe", Long.toString(patience.toMillis()));
    String questions = flows.stream().map(Prober::question).collect(Collectors.joining("\n"));
    String answers =
        Program.run(
                place.enteringNetns(netns.get(), argv),
                Optional.of(questions + "\n"),
                patience.plus(SPARE))
            .orThrow()
            .out();
    List<String> lines = answers.lines().toList();
    for (int i = 0; i < flows.size(); i++) {
      // Answers come in the order of the questions: protocol, address, port, what came of it.
      List<String> words = i < lines.size() ? List.of(lines.get(i).split(" ")) : List.of();
      Flow flow = flows.get(i);
      Outcome.parse(words.subList(Math.min(3, words.size()), words.size()))
          .ifPresent(outcome -> outcomes.put(flow, outcome));
    }
    return outcomes;
  }

  private static String question(Flow flow) {
    return flow.door().protocol() + " " + flow.to().ip() + " " + flow.door().port();
  }
}
