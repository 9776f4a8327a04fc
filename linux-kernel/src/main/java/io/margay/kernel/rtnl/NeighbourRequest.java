package io.margay.kernel.rtnl;

import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;

/** What can be asked about neighbours and forwarding entries. */
public sealed interface NeighbourRequest extends Request {
  /** Makes the entry, or takes the place of the one with its key. */
  record Replace(NeighbourEntry entry) implements NeighbourRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(NeighbourBytes.NEWNEIGH, Nlm.CREATE | Nlm.REPLACE);
      NeighbourBytes.write(out, entry);
    }

    @Override
    public String toString() {
      return "neigh replace " + entry;
    }
  }

  /** One more destination of a forwarding entry; sensible for the all-zero MAC only. */
  record Append(NeighbourEntry entry) implements NeighbourRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(NeighbourBytes.NEWNEIGH, Nlm.CREATE | Nlm.APPEND);
      NeighbourBytes.write(out, entry);
    }

    @Override
    public String toString() {
      return "neigh append " + entry;
    }
  }

  /** Removes the entry; ENOENT: it is not there. */
  record Delete(NeighbourEntry entry) implements NeighbourRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(NeighbourBytes.DELNEIGH, 0);
      NeighbourBytes.write(out, entry);
    }

    @Override
    public String toString() {
      return "neigh del " + entry;
    }
  }

  /**
   * The entries of one table.
   *
   * @param interfaceIndex of this device only, 0 for all; kernels before 5.0 give all
   */
  record Dump(NeighbourEntry.Kind kind, int interfaceIndex) implements NeighbourRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(NeighbourBytes.GETNEIGH, Nlm.DUMP);
      NeighbourBytes.header(out, kind, 0, 0, 0);
      NeighbourBytes.onlyOf(out, interfaceIndex);
    }

    @Override
    public String toString() {
      return "neigh show " + kind + (interfaceIndex == 0 ? "" : " dev #" + interfaceIndex);
    }
  }
}
