package io.margay.cni.verb;

import io.margay.cni.protocol.PodName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What CNI asks of the rest of the agent. Called by many virtual threads at a time; every method
 * may wait, none throws for what the datastore or the kernel answers.
 *
 * <p>Deadlines are on the clock that the verbs were given.
 */
public interface Endpoints {

  /** Whether the datastore may be used: ClusterInformation {@code default}, datastoreReady. */
  Datastore datastore();

  /**
   * Looks a pod up, in the image or else with a GET: an ADD never waits for a watch event. Its
   * labels are known to the policy stage from here on.
   */
  PodLookup pod(PodName name);

  /**
   * Makes the endpoint known and waits until its policy is in the kernel. The node's end of the
   * pair is down meanwhile.
   */
  Wiring policyInForce(Endpoint endpoint, long deadlineNanos);

  /**
   * Waits until the routes to the endpoint's addresses are in the kernel. The node's end is up by
   * now. Nothing to do for an endpoint that was not given to {@link #policyInForce} before.
   */
  Wiring routed(Endpoint endpoint, long deadlineNanos);

  /**
   * The container's endpoint is gone: its routes and chains go, too. Does nothing when none is
   * known of this container: a newer sandbox of the pod keeps what it has. Does not wait for the
   * kernel.
   */
  void forget(String containerId);

  /**
   * Writes the pod's annotations podIP, podIPs and containerID (pods/status, a patch).
   *
   * @param uid precondition, when it is known
   */
  Recording recordAddresses(Endpoint endpoint, Optional<String> uid);

  /**
   * Empties podIP and podIPs, unless the pod's containerID names another container: then a newer
   * sandbox of the pod lives. A pod that does not exist is done.
   */
  Recording clearAddresses(PodName name, String containerId);

  /** Whether an ADD would succeed now, for STATUS: policy and route programming, free addresses. */
  Service service();

  /** The pods that are scheduled to this node and not finished, for GC. */
  List<LocalPod> localPods();

  /** May the datastore be used? */
  sealed interface Datastore {
    record Ready() implements Datastore {}

    /**
     * No.
     *
     * @param reason as it is shown: {@code ClusterInformation "default": datastoreReady is false}
     */
    record NotReady(String reason) implements Datastore {}
  }

  /** What is known of a pod. */
  sealed interface PodLookup {
    record Found(PodFacts facts) implements PodLookup {}

    /** The API server says that there is none. */
    record Missing() implements PodLookup {}

    /** The API server cannot be asked; the reason says what was tried. */
    record Unavailable(String reason) implements PodLookup {}
  }

  /**
   * A pod as far as CNI looks at it.
   *
   * @param uid for preconditions
   */
  record PodFacts(
      PodName name,
      Optional<String> uid,
      Map<String, String> annotations,
      Map<String, String> namespaceLabels,
      Map<String, String> namespaceAnnotations) {
    public PodFacts {
      annotations = Map.copyOf(annotations);
      namespaceLabels = Map.copyOf(namespaceLabels);
      namespaceAnnotations = Map.copyOf(namespaceAnnotations);
    }
  }

  /** Whether something of an endpoint is in the kernel. */
  sealed interface Wiring {
    record InForce() implements Wiring {}

    /** The deadline passed; {@code missing} names what was not confirmed: a chain, a route. */
    record Late(String missing) implements Wiring {}

    /** The kernel refuses, in its words. */
    record Refused(String reason) implements Wiring {}
  }

  /** Whether annotations are written. */
  sealed interface Recording {
    record Done() implements Recording {}

    /** A newer sandbox of the pod has them; nothing was written. */
    record Superseded(String containerId) implements Recording {}

    /** The API server refused or did not answer. */
    record Failed(String reason) implements Recording {}
  }

  /** Could an ADD be served? */
  sealed interface Service {
    record Available() implements Service {}

    /** No, for this reason; what runs is not affected. */
    record Unavailable(String reason) implements Service {}

    /** No, and what runs may be affected, too. */
    record Limited(String reason) implements Service {}
  }

  /**
   * A pod of this node.
   *
   * @param containerId its annotation; empty before its first ADD
   */
  record LocalPod(PodName name, Optional<String> containerId) {}
}
