package io.margay.agent.start;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The order of starting: image, then policy, tunnels and local routes in the kernel, then CNI and
 * BGP, then the holds. A function; the agent runs what it says.
 */
public final class StartMachine {
  private StartMachine() {}

  /** What happened. */
  public sealed interface Event {
    /** The first whole image is here, and this node has its address. */
    record Synced() implements Event {}

    /** A part of what that image asks for is in the kernel. */
    record InForce(Phase.Part part) implements Event {}

    /** BGP's recovery is over, or there is no BGP. */
    record Recovered() implements Event {}
  }

  /** What the agent has to do, in this order. */
  public enum Action {
    /** Write this node's objects, and hand the image to the reconcilers. */
    PROGRAM_KERNEL,
    /** Nothing of policy is deleted before all policy is known; now it is. */
    RELEASE_POLICY,
    /** Let ADDs pass, work off queued DELs, then write the CNI configuration. */
    SERVE_CNI,
    /** Open the BGP sessions. */
    START_BGP,
    /** Stale routes and devices may go. */
    RELEASE_ROUTES,
    /** Tell Kubernetes that this node's network works. */
    REPORT_READY
  }

  /** Where a step leads. */
  public record Step(Phase next, List<Action> actions) {}

  /** The phase of an agent that begins. */
  public static Phase begin() {
    return new Phase.Syncing();
  }

  public static Step step(Phase phase, Event event) {
    return switch (phase) {
      case Phase.Syncing syncing -> onSyncing(syncing, event);
      case Phase.Programming programming -> onProgramming(programming, event);
      case Phase.Recovering recovering -> onRecovering(recovering, event);
      case Phase.Ready ready -> new Step(ready, List.of());
    };
  }

  private static Step onSyncing(Phase.Syncing syncing, Event event) {
    return switch (event) {
      case Event.Synced _ ->
          new Step(new Phase.Programming(Phase.Part.all()), List.of(Action.PROGRAM_KERNEL));
      case Event.InForce _, Event.Recovered _ -> new Step(syncing, List.of());
    };
  }

  private static Step onProgramming(Phase.Programming programming, Event event) {
    return switch (event) {
      case Event.InForce(Phase.Part part) -> {
        Set<Phase.Part> missing = EnumSet.noneOf(Phase.Part.class);
        missing.addAll(programming.missing());
        missing.remove(part);
        yield missing.isEmpty()
            ? new Step(
                new Phase.Recovering(),
                List.of(Action.RELEASE_POLICY, Action.SERVE_CNI, Action.START_BGP))
            : new Step(new Phase.Programming(missing), List.of());
      }
      case Event.Synced _, Event.Recovered _ -> new Step(programming, List.of());
    };
  }

  private static Step onRecovering(Phase.Recovering recovering, Event event) {
    return switch (event) {
      case Event.Recovered _ ->
          new Step(new Phase.Ready(), List.of(Action.RELEASE_ROUTES, Action.REPORT_READY));
      case Event.Synced _, Event.InForce _ -> new Step(recovering, List.of());
    };
  }
}
