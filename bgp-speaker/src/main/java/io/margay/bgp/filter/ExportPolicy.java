package io.margay.bgp.filter;

import io.margay.bgp.attr.Attributes;
import java.util.List;

/** What is given to a peer: filters in order, then a default. */
public record ExportPolicy(List<BgpFilter> filters, Default rest) {
  /** Gives everything. */
  public static final ExportPolicy ACCEPT = new ExportPolicy(List.of(), new Default.AcceptAll());

  /** Gives nothing. */
  public static final ExportPolicy REJECT = new ExportPolicy(List.of(), new Default.RejectAll());

  /** What happens to a route that no filter decided. */
  public sealed interface Default {
    /** It is given. */
    record AcceptAll() implements Default {}

    /** It is not given. */
    record RejectAll() implements Default {}

    /** It is not given, as nobody said what is (RFC 8212). */
    record NoPolicy() implements Default {}

    /** It is given when it is this speaker's own. */
    record OriginatedOnly() implements Default {}

    /** Calico's built-in order decides. */
    record Calico(CalicoExport order) implements Default {}
  }

  public ExportPolicy {
    filters = List.copyOf(filters);
  }

  public PolicyVerdict evaluate(RouteFacts route) {
    RouteFacts prepared =
        rest instanceof Default.Calico(var order) ? order.withPriority(route) : route;
    return BgpFilter.firstVerdict(filters, prepared)
        .orElseGet(() ->
            switch (rest) {
              case Default.AcceptAll _ ->
                  accept(prepared.attributes(), new PolicyReason.AcceptedByDefault());
              case Default.RejectAll _ ->
                  new PolicyVerdict.Reject(new PolicyReason.RejectedByDefault());
              case Default.NoPolicy _ -> new PolicyVerdict.Reject(new PolicyReason.NoPolicy());
              case Default.OriginatedOnly _ ->
                  prepared.originated()
                      ? accept(prepared.attributes(), new PolicyReason.Originated())
                      : new PolicyVerdict.Reject(new PolicyReason.NotOriginated());
              case Default.Calico(var order) -> order.evaluate(prepared);
            });
  }

  private static PolicyVerdict accept(Attributes attributes, PolicyReason reason) {
    return new PolicyVerdict.Accept(attributes, reason);
  }
}
