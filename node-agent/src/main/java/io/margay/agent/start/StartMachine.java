package io.margay.agent.start;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The order of starting: image, then policy, tunnels and local routes in the kernel, then CNI and
 * BGP, then the holds. A function; the agent runs what it says.
 */
public final class StartMachine {
  private static final List<Action> LAST = List.of(Action.RELEASE_ROUTES, Action.REPORT_READY);

  private StartMachine() {}

  /** What happened. */
  public sealed interface Event {
    /** An image to go by is here, and this node has its address in it. */
    record Synced() implements Event {}

    /** What is planned is planned for the cluster as the API server has it. */
    record Live() implements Event {}

    /** A part of what that image asks for is in the kernel. */
    record InForce(Phase.Part part) implements Event {}

    /** BGP's recovery is over, or there is no BGP. */
    record Recovered() implements Event {}
  }

  /** What the agent has to do. */
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
    return new Phase.Syncing(false);
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
          new Step(
              new Phase.Programming(Phase.Part.all(), syncing.live()),
              List.of(Action.PROGRAM_KERNEL));
      case Event.Live _ -> new Step(new Phase.Syncing(true), List.of());
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
            ? serving(programming.live())
            : new Step(new Phase.Programming(missing, programming.live()), List.of());
      }
      case Event.Live _ -> new Step(new Phase.Programming(programming.missing(), true), List.of());
      case Event.Synced _, Event.Recovered _ -> new Step(programming, List.of());
    };
  }

  private static Step serving(boolean live) {
    var actions = new ArrayList<Action>();
    if (live) {
      actions.add(Action.RELEASE_POLICY);
    }
    actions.add(Action.SERVE_CNI);
    actions.add(Action.START_BGP);
    return new Step(new Phase.Recovering(live, false), actions);
  }

  private static Step onRecovering(Phase.Recovering recovering, Event event) {
    return switch (event) {
      case Event.Recovered _ ->
          recovering.live()
              ? new Step(new Phase.Ready(), LAST)
              : new Step(new Phase.Recovering(false, true), List.of());
      case Event.Live _ -> onLive(recovering);
      case Event.Synced _, Event.InForce _ -> new Step(recovering, List.of());
    };
  }

  /** What the disk remembered may be deleted now that the cluster does not have it. */
  private static Step onLive(Phase.Recovering recovering) {
    if (recovering.live()) {
      return new Step(recovering, List.of());
    }
    var actions = new ArrayList<Action>();
    actions.add(Action.RELEASE_POLICY);
    if (!recovering.recovered()) {
      return new Step(new Phase.Recovering(true, false), actions);
    }
    actions.addAll(LAST);
    return new Step(new Phase.Ready(), actions);
  }
}
