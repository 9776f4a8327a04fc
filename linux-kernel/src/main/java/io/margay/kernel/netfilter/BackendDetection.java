package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Family;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.process.ProgramException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds out which back end the rest of the node uses; rules in the other would be beside theirs.
 */
public final class BackendDetection {
  private static final Pattern KUBELET =
      Pattern.compile("^:(KUBE-IPTABLES-HINT|KUBE-KUBELET-CANARY) ", Pattern.MULTILINE);
  private static final Pattern RULE = Pattern.compile("^-A ", Pattern.MULTILINE);

  private BackendDetection() {}

  /**
   * The back end and what spoke for it.
   *
   * @param why for the log
   */
  public record Found(Backend backend, String why) {}

  /**
   * As Calico does it: where kubelet left its chain; else where more rules are; else legacy where
   * the kernel has it. Looking does not make tables that are not there, except for the last.
   */
  public static Found detect(List<String> launcher) {
    String nft = saved(Backend.NFT, launcher);
    if (KUBELET.matcher(nft).find()) {
      return new Found(Backend.NFT, "kubelet's chain is there");
    }
    String legacy = saved(Backend.LEGACY, launcher);
    if (KUBELET.matcher(legacy).find()) {
      return new Found(Backend.LEGACY, "kubelet's chain is there");
    }
    long nftRules = RULE.matcher(nft).results().count();
    long legacyRules = RULE.matcher(legacy).results().count();
    String counts = nftRules + " rules in nft, " + legacyRules + " in legacy";
    if (nftRules != legacyRules) {
      return new Found(nftRules > legacyRules ? Backend.NFT : Backend.LEGACY, counts);
    }
    return new Xtables(Backend.LEGACY, Family.IPV4, launcher).works()
        ? new Found(Backend.LEGACY, counts)
        : new Found(Backend.NFT, counts + ", and the kernel has no legacy tables");
  }

  /** Rules of both families; nothing where the programs are not there. */
  private static String saved(Backend backend, List<String> launcher) {
    var all = new StringBuilder();
    for (Family family : Family.values()) {
      try {
        all.append(new Xtables(backend, family, launcher).save());
      } catch (ProgramException e) {
        // A back end that cannot be read has no rules of anybody.
      }
    }
    return all.toString();
  }
}
