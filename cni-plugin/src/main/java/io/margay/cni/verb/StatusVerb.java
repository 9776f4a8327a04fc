package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;

/** STATUS: would an ADD succeed now? */
final class StatusVerb {
  private final Endpoints endpoints;

  StatusVerb(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  Outcome run() {
    if (endpoints.datastore() instanceof Endpoints.Datastore.NotReady(var reason)) {
      return failed(CniError.NOT_AVAILABLE, "no pod can be added", reason);
    }
    return switch (endpoints.service()) {
      case Endpoints.Service.Available _ -> new Outcome.Done();
      case Endpoints.Service.Unavailable(var reason) ->
          failed(CniError.NOT_AVAILABLE, "no pod can be added", reason);
      case Endpoints.Service.Limited(var reason) ->
          failed(CniError.LIMITED, "no pod can be added, and running ones may be limited", reason);
    };
  }

  private static Outcome failed(int code, String msg, String reason) {
    return new Outcome.Failed(new CniError(code, msg, reason));
  }
}
