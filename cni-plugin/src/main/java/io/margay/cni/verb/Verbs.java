package io.margay.cni.verb;

import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.CniRequest.Plugin;
import io.margay.foundation.log.EventLog;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Carries requests out. Called by many virtual threads at a time, one a request. */
public final class Verbs {
  private static final EventLog LOG = EventLog.of(Verbs.class);

  private final NodeServices node;
  private final ContainerLocks locks = new ContainerLocks();
  private final AddVerb add;
  private final DelVerb del;
  private final CheckVerb check;
  private final StatusVerb status;
  private final GcVerb gc;
  private final IpamVerb ipam;

  public Verbs(NodeServices node) {
    this.node = node;
    this.add = new AddVerb(node);
    this.del = new DelVerb(node);
    this.check = new CheckVerb(node);
    this.status = new StatusVerb(node.endpoints());
    this.gc = new GcVerb(node, locks);
    this.ipam = new IpamVerb(node);
  }

  /**
   * Carries a request out and answers it; waits for another one of the same container to end.
   *
   * @param cancelled whether the runtime has hung up; asked between stages
   */
  public Answer answer(CniRequest request, BooleanSupplier cancelled) {
    long start = node.clock().nanos();
    Outcome outcome = carryOut(request, cancelled);
    String command = request.getClass().getSimpleName().toUpperCase(Locale.ROOT);
    int code = outcome instanceof Outcome.Failed(var error) ? error.code() : 0;
    node.meter().finished(command, code, Duration.ofNanos(node.clock().nanos() - start));
    return switch (outcome) {
      case Outcome.Done _ -> Answer.DONE;
      case Outcome.Made(var result) -> Answer.of(result, request.netconf().version());
      case Outcome.Failed(var error) -> {
        LOG.warn(
            "cni.request.failed",
            "command",
            command,
            "code",
            error.code(),
            "why",
            error.msg(),
            "details",
            error.details());
        yield Answer.of(error, request.netconf().version().text());
      }
    };
  }

  private Outcome carryOut(CniRequest request, BooleanSupplier cancelled) {
    try {
      return switch (request) {
        case CniRequest.Add r ->
            locks.alone(
                r.container().id(),
                () -> r.plugin() == Plugin.CALICO ? add.run(r, cancelled) : ipam.add(r));
        case CniRequest.Del r ->
            locks.alone(
                r.container().id(), () -> r.plugin() == Plugin.CALICO ? del.run(r) : ipam.del(r));
        case CniRequest.Check r -> locks.alone(r.container().id(), () -> check.run(r));
        case CniRequest.Status _ -> status.run();
        case CniRequest.Gc r -> gc.run(r);
      };
    } catch (RuntimeException e) {
      LOG.error("cni.request.broken", e, "request", request.getClass().getSimpleName());
      return new Outcome.Failed(
          new CniError(CniError.FAILED, "the agent failed: " + e.getMessage(), "see its log"));
    }
  }
}
