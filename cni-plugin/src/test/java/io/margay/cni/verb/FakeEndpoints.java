package io.margay.cni.verb;

import io.margay.cni.TestNetns;
import io.margay.cni.protocol.PodName;
import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The rest of the agent, in memory; routes are real. Every call is noted in {@link #calls}, with
 * the state of the node's end where that matters.
 */
public final class FakeEndpoints implements Endpoints {
  public final List<String> calls = new CopyOnWriteArrayList<>();
  public final Map<PodName, PodFacts> pods = new ConcurrentHashMap<>();
  public final Map<String, Endpoint> known = new ConcurrentHashMap<>();
  public final Map<PodName, String> annotations = new ConcurrentHashMap<>();
  public volatile Datastore datastore = new Datastore.Ready();
  public volatile Optional<Wiring> policy = Optional.empty();
  public volatile Optional<Wiring> route = Optional.empty();
  public volatile Optional<Recording> recording = Optional.empty();
  public volatile Optional<Recording> clearing = Optional.empty();
  public volatile Service service = new Service.Available();
  public volatile List<LocalPod> localPods = List.of();
  public volatile Runnable atPolicy = () -> {};
  public volatile boolean routesToo = true;

  /** A pod that the API server knows. */
  public void pod(PodName name, Map<String, String> podAnnotations) {
    pods.put(name, new PodFacts(name, Optional.of("uid"), podAnnotations, Map.of(), Map.of()));
  }

  @Override
  public Datastore datastore() {
    return datastore;
  }

  @Override
  public PodLookup pod(PodName name) {
    PodFacts facts = pods.get(name);
    return facts == null ? new PodLookup.Missing() : new PodLookup.Found(facts);
  }

  @Override
  public Wiring policyInForce(Endpoint endpoint, long deadlineNanos) {
    known.put(endpoint.containerId(), endpoint);
    calls.add("policy " + state(endpoint));
    atPolicy.run();
    return policy.orElse(new Wiring.InForce());
  }

  @Override
  public Wiring routed(Endpoint endpoint, long deadlineNanos) {
    calls.add("route " + state(endpoint));
    if (routesToo) {
      for (Ip ip : endpoint.addresses()) {
        TestNetns.node("route replace " + ip + " dev " + endpoint.hostInterface() + " scope link");
      }
    }
    return route.orElse(new Wiring.InForce());
  }

  @Override
  public void forget(String containerId) {
    calls.add("forget");
    known.remove(containerId);
  }

  @Override
  public Recording recordAddresses(Endpoint endpoint, Optional<String> uid) {
    calls.add("record");
    endpoint.pod().ifPresent(pod -> annotations.put(pod, endpoint.addresses().toString()));
    return recording.orElse(new Recording.Done());
  }

  @Override
  public Recording clearAddresses(PodName name, String containerId) {
    calls.add("clear");
    annotations.remove(name);
    return clearing.orElse(new Recording.Done());
  }

  @Override
  public Service service() {
    return service;
  }

  @Override
  public List<LocalPod> localPods() {
    return localPods;
  }

  private String state(Endpoint endpoint) {
    String shown = TestNetns.node("-o link show dev " + endpoint.hostInterface());
    return shown.contains("state UP") ? "up" : shown.contains("state DOWN") ? "down" : shown;
  }
}
