package io.margay.bgp.view;

import io.margay.bgp.export.ExportVerdict;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PolicyReason;
import java.util.List;
import java.util.stream.Collectors;

/** What gave a verdict of a policy, and whether a peer is told of a route, in words. */
public final class PolicyWords {
  private static final String NOTHING_WITHOUT_POLICY = "nothing: no policy (RFC 8212)";

  private PolicyWords() {}

  public static String text(PolicyReason reason) {
    return switch (reason) {
      case PolicyReason.Rule(String filter, int rule) -> "rule " + rule + " of filter " + filter;
      case PolicyReason.PoolNotExported(var pool) ->
          "inside pool " + pool + ", which has disableBGPExport";
      case PolicyReason.TunnelInterface(String name) -> "leaves by tunnel device " + name;
      case PolicyReason.OwnBlock(var block) -> "block " + block + " of this node";
      case PolicyReason.InsideOwnBlock(var block) ->
          "inside block " + block + " of this node, which covers it";
      case PolicyReason.ElevatedInsideOwnBlock(var block) ->
          "inside block " + block + " of this node, with a priority above the ordinary one";
      case PolicyReason.ServicePrefix(var prefix) -> "service address " + prefix;
      case PolicyReason.EnabledPool(var pool) -> "inside pool " + pool;
      case PolicyReason.NothingMatched() -> "no block, service or pool of the cluster holds it";
      case PolicyReason.AcceptedByDefault() -> "no filter refuses it";
      case PolicyReason.RejectedByDefault() -> "no rule accepts it";
      case PolicyReason.NoPolicy() -> "no policy (RFC 8212)";
      case PolicyReason.Originated() -> "a route of this speaker";
      case PolicyReason.NotOriginated() -> "not a route of this speaker";
    };
  }

  /** What is taken of a peer. */
  public static String text(ImportPolicy policy) {
    return filters(
        policy.filters(),
        switch (policy.rest()) {
          case ACCEPT -> "everything";
          case REJECT -> "nothing";
          case NO_POLICY -> NOTHING_WITHOUT_POLICY;
        });
  }

  /** What a peer is given. */
  public static String text(ExportPolicy policy) {
    return filters(
        policy.filters(),
        switch (policy.rest()) {
          case ExportPolicy.Default.AcceptAll _ -> "everything";
          case ExportPolicy.Default.RejectAll _ -> "nothing";
          case ExportPolicy.Default.NoPolicy _ -> NOTHING_WITHOUT_POLICY;
          case ExportPolicy.Default.OriginatedOnly _ -> "routes of this speaker";
          case ExportPolicy.Default.Calico _ -> "Calico's built-in order";
        });
  }

  private static String filters(List<BgpFilter> filters, String rest) {
    return filters.isEmpty()
        ? rest
        : "by filter %s, then %s"
            .formatted(
                filters.stream().map(BgpFilter::name).collect(Collectors.joining(", ")), rest);
  }

  public static String text(ExportVerdict verdict) {
    return switch (verdict) {
      case ExportVerdict.Send(_, var reason) -> text(reason);
      case ExportVerdict.Refused(var reason) -> "refused at export: " + text(reason);
      case ExportVerdict.Withhold(var rule) ->
          switch (rule) {
            case FAMILY_NOT_AGREED -> "the session does not carry this family";
            case SPLIT_HORIZON -> "the peer itself said so";
            case IBGP_TO_IBGP -> "learned by iBGP, and neither side is a reflector client";
            case NO_ADVERTISE -> "community no-advertise";
            case NO_EXPORT -> "community no-export";
            case ONLY_TO_CUSTOMER -> "it goes to customers only (RFC 9234)";
            case LONG_LIVED_STALE ->
                "kept for a peer that has been away for long, and this one has no long-lived"
                    + " graceful restart (RFC 9494)";
            case NO_NEXT_HOP -> "no own address of this family is known";
          };
    };
  }
}
