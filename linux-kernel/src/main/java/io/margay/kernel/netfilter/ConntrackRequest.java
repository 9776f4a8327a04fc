package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;

/**
 * What can be asked about tracked connections. There is no way to ask for the deletion of all: the
 * kernel takes a deletion without a tuple for that, so one is only made of a flow that was read.
 */
public sealed interface ConntrackRequest extends Request {
  /** All flows of a family. */
  record Dump(Family family) implements ConntrackRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(ConntrackBytes.GET, Nlm.DUMP);
      ConntrackBytes.header(out, family);
    }

    @Override
    public String toString() {
      return "conntrack show " + family;
    }
  }

  /**
   * Flows that an address began, or that it answers. A kernel before 5.8 passes over the filter and
   * shows all.
   *
   * @param answered what it answers; else what it began
   */
  record DumpOf(Ip address, boolean answered) implements ConntrackRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(ConntrackBytes.GET, Nlm.DUMP);
      ConntrackBytes.header(out, address.family());
      ConntrackBytes.filter(
          out, answered ? ConntrackBytes.TUPLE_REPLY : ConntrackBytes.TUPLE_ORIG, address);
    }

    @Override
    public String toString() {
      return "conntrack show " + (answered ? "reply-src " : "orig-src ") + address;
    }
  }

  /**
   * Removes this flow, and not one that took its place; ENOENT: gone already. EBUSY: a flow table
   * forwards its packets.
   */
  record Delete(ConntrackFlow flow) implements ConntrackRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(ConntrackBytes.DELETE, 0);
      ConntrackBytes.header(out, flow.original().source().family());
      ConntrackBytes.write(out, flow);
    }

    @Override
    public String toString() {
      return "conntrack del " + flow;
    }
  }
}
