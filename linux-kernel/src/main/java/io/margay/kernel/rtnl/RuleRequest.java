package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;

/** What can be asked about policy rules. */
public sealed interface RuleRequest extends Request {
  /** Makes the rule; EEXIST when an equal one is there. Without that check duplicates pile up. */
  record Create(RuleEntry rule) implements RuleRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RuleBytes.NEWRULE, Nlm.CREATE | Nlm.EXCL);
      RuleBytes.write(out, rule);
    }

    @Override
    public String toString() {
      return "rule add " + rule;
    }
  }

  /** Removes the rule that matches all that is said; ENOENT: none. */
  record Delete(RuleEntry rule) implements RuleRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RuleBytes.DELRULE, 0);
      RuleBytes.write(out, rule);
    }

    @Override
    public String toString() {
      return "rule del " + rule;
    }
  }

  /** All rules of a family. */
  record Dump(Family family) implements RuleRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RuleBytes.GETRULE, Nlm.DUMP);
      RuleBytes.header(out, family, 0, 0, 0, 0);
    }

    @Override
    public String toString() {
      return "rule show " + family;
    }
  }
}
