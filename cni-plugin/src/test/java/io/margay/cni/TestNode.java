package io.margay.cni;

import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.PodName;
import io.margay.cni.protocol.RawCall;
import io.margay.cni.protocol.RequestReader;
import io.margay.cni.verb.FakeAddresses;
import io.margay.cni.verb.FakeEndpoints;
import io.margay.cni.verb.KeptMeter;
import io.margay.cni.verb.NodeServices;
import io.margay.cni.verb.VerbSettings;
import io.margay.cni.verb.Verbs;
import io.margay.cni.veth.HostInterface;
import io.margay.cni.veth.NetnsPool;
import io.margay.cni.veth.VethWiring;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The verbs of a node whose neighbours are doubles and whose kernel is real. */
public final class TestNode implements AutoCloseable {
  /** A configuration as kubelet's runtime hands it over. */
  public static final String NETCONF =
      """
      {"cniVersion": "0.3.1", "name": "k8s-pod-network", "type": "calico", "mtu": 1450,
       "ipam": {"type": "calico-ipam"}, "policy": {"type": "k8s"}}
      """;

  private static final AtomicInteger NUMBER = new AtomicInteger();

  public final FakeEndpoints endpoints = new FakeEndpoints();
  public final FakeAddresses addresses = new FakeAddresses();
  public final KeptMeter meter = new KeptMeter();
  public final Verbs verbs;
  private final NetnsPool pool = new NetnsPool(2);

  public TestNode() {
    verbs =
        new Verbs(
            new NodeServices(
                new VerbSettings(
                    "node-a", "cali", Path.of("/nonexistent/mtu"), Duration.ofSeconds(10)),
                endpoints,
                addresses,
                new VethWiring(pool, "cali"),
                meter,
                System::nanoTime,
                InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.0601Z"))));
  }

  /** A pod that nobody else's test has. */
  public PodName pod() {
    return pod(Map.of());
  }

  /** A pod that nobody else's test has, with these annotations. */
  public PodName pod(Map<String, String> annotations) {
    var name =
        new PodName(
            "test", "pod-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
    endpoints.pod(name, annotations);
    return name;
  }

  /** The name of the node's end. */
  public static String hostName(PodName pod) {
    return HostInterface.ofPod("cali", pod.namespace(), pod.name());
  }

  /** What a runtime puts in the environment. */
  public static Map<String, String> environment(
      String command, String container, TestNetns netns, PodName pod) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", container);
    environment.put("CNI_NETNS", netns.path());
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", "/opt/cni/bin");
    environment.put(
        "CNI_ARGS",
        "IgnoreUnknown=1;K8S_POD_NAMESPACE="
            + pod.namespace()
            + ";K8S_POD_NAME="
            + pod.name()
            + ";K8S_POD_UID=uid");
    return environment;
  }

  /** Carries a call out without a socket. */
  public Answer call(String command, String container, TestNetns netns, PodName pod) {
    return call(command, container, netns, pod, NETCONF);
  }

  public Answer call(
      String command, String container, TestNetns netns, PodName pod, String netconf) {
    return call("calico", environment(command, container, netns, pod), netconf);
  }

  public Answer call(String program, Map<String, String> environment, String netconf) {
    return switch (RequestReader.read(new RawCall(program, environment, netconf))) {
      case RequestReader.Read.Good(var request) -> verbs.answer(request, () -> false);
      case RequestReader.Read.Refused(var version, var error) -> Answer.of(error, version);
    };
  }

  @Override
  public void close() {
    pool.close();
  }
}
