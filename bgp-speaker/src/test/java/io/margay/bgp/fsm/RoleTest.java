package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Role;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9234, 4.2: which roles of two sides go together. */
class RoleTest {
  @ParameterizedTest
  @CsvSource({
    "PROVIDER, 3, false, true",
    "PROVIDER, 0, false, false",
    "PROVIDER, 4, false, false",
    "CUSTOMER, 0, false, true",
    "CUSTOMER, 3, false, false",
    "PEER, 4, false, true",
    "PEER, 0, false, false",
    "ROUTE_SERVER, 2, false, true",
    "ROUTE_SERVER, 1, false, false",
    "ROUTE_SERVER_CLIENT, 1, false, true",
    // Nobody knows this number.
    "PEER, 77, false, false",
    // The peer says nothing: fine, but where that is asked for.
    "PEER, , false, true",
    "PEER, , true, false",
    // It says one thing twice, or two things.
    "PEER, 4 4, false, true",
    "PEER, 4 3, false, false",
  })
  void go(Role own, String theirs, boolean strict, boolean together) {
    var said = new ArrayList<Capability>(List.of(IPV4));
    if (theirs != null) {
      for (String role : theirs.split(" ", -1)) {
        said.add(new Capability.BgpRole(Integer.parseInt(role)));
      }
    }
    OpenMessage peer = open(64513, "10.0.0.2", 90, said.toArray(Capability[]::new));
    var result = Negotiation.judge(config(own, 64513, strict), peer);
    assertThat(result instanceof Negotiation.Result.Accepted).isEqualTo(together);
    if (result instanceof Negotiation.Result.Refused(NotificationMessage answer)) {
      assertThat(answer.text()).isEqualTo("2/11 Role Mismatch");
    }
  }

  private static SessionConfig config(Role own, long remoteAs, boolean strict) {
    OpenMessage open = open(64512, "10.0.0.1", 90, IPV4, new Capability.BgpRole(own.code()));
    SessionConfig c = Sessions.config(remoteAs, false, open);
    return new SessionConfig(
        c.localAs(),
        c.remoteAs(),
        open,
        c.passive(),
        c.connectRetry(),
        c.idleHoldMin(),
        c.idleHoldMax(),
        c.keepalive(),
        strict,
        c.delayOpen());
  }
}
