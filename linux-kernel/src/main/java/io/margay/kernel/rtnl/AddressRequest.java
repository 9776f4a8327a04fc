package io.margay.kernel.rtnl;

import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;

/** What can be asked about addresses. */
public sealed interface AddressRequest extends Request {
  /** Adds it, or changes its flags when it is there. */
  record Replace(AddressEntry address) implements AddressRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(AddressBytes.NEWADDR, Nlm.CREATE | Nlm.REPLACE);
      AddressBytes.write(out, address);
    }

    @Override
    public String toString() {
      return "addr replace " + address;
    }
  }

  /** Removes it; EADDRNOTAVAIL: it is not there. */
  record Delete(AddressEntry address) implements AddressRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(AddressBytes.DELADDR, 0);
      AddressBytes.write(out, address);
    }

    @Override
    public String toString() {
      return "addr del " + address;
    }
  }

  /** All addresses of both families. */
  record Dump() implements AddressRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(AddressBytes.GETADDR, Nlm.DUMP);
      AddressBytes.header(out, 0, 0, 0, 0);
    }

    @Override
    public String toString() {
      return "addr show";
    }
  }
}
