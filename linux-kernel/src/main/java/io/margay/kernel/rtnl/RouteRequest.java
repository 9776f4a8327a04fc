package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;
import io.margay.kernel.nlmsg.RequestTemplate;

/** What can be asked about routes. */
public sealed interface RouteRequest extends Request {
  /** Where a message has the length of the destination. */
  int LENGTH_AT = Nlm.HEADER_BYTES + 1;

  /** Where a message has the address of the destination, which comes first of all attributes. */
  int ADDRESS_AT = Nlm.HEADER_BYTES + 12 + 4;

  /**
   * The request as bytes, good for all destinations of its own's family but the default route, of
   * which nothing but the length is sent.
   */
  default RequestTemplate template() {
    return new RequestTemplate(this, LENGTH_AT, ADDRESS_AT);
  }

  /**
   * Takes the place of the route with the same destination, metric and table, whoever made it, in
   * one step for traffic; makes it when there is none.
   */
  record Replace(RouteEntry route) implements RouteRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RouteBytes.NEWROUTE, Nlm.CREATE | Nlm.REPLACE);
      RouteBytes.write(out, route, route.scope());
    }

    @Override
    public String toString() {
      return "route replace " + route;
    }
  }

  /** Makes the route unless one with the same destination, metric and table is there: EEXIST. */
  record Create(RouteEntry route) implements RouteRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RouteBytes.NEWROUTE, Nlm.CREATE | Nlm.EXCL);
      RouteBytes.write(out, route, route.scope());
    }

    @Override
    public String toString() {
      return "route add " + route;
    }
  }

  /** Removes the route that matches all that is said, protocol and next hops too; ESRCH: none. */
  record Delete(RouteEntry route) implements RouteRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RouteBytes.DELROUTE, 0);
      RouteBytes.write(out, route, RouteEntry.NOWHERE);
    }

    @Override
    public String toString() {
      return "route del " + route;
    }
  }

  /**
   * All routes of a family.
   *
   * @param table only of this table, 0 for all
   * @param protocol only with this number, 0 for all
   */
  record Dump(Family family, int table, int protocol) implements RouteRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(RouteBytes.GETROUTE, Nlm.DUMP);
      RouteBytes.writeFilter(out, family, table, protocol);
    }

    @Override
    public String toString() {
      return "route show " + family + " table " + table + " proto " + protocol;
    }
  }
}
