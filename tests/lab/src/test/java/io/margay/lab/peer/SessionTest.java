package io.margay.lab.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static Session up(String peer, String state) {
    return new Session(Ip.of(peer), true, state);
  }

  private static Session down(String peer, String state) {
    return new Session(Ip.of(peer), false, state);
  }

  @Test
  void readsBirdsProtocols() {
    String protocols =
        """
        BIRD 2.0.12 ready.
        Name       Proto      Table      State  Since         Info
        device1    Device     ---        up     04:02:53.455
        Mesh_172_30_1_10 BGP        ---        start  04:02:53.455  Active        Socket: Connection refused
        Global_172_30_1_30 BGP        ---        up     04:02:54.375  Established
        """;
    assertThat(Session.ofBird(protocols))
        .containsExactly(
            down("172.30.1.10", "Active Socket: Connection refused"),
            up("172.30.1.30", "Established"));
  }

  @Test
  void readsFrrsSummary() {
    String summary =
        """
        {"peers":{"172.30.1.9":{"state":"Active"},"172.30.1.20":{"state":"Established"}}}\
        """;
    assertThat(Session.ofFrr(summary))
        .containsExactly(down("172.30.1.9", "Active"), up("172.30.1.20", "Established"));
  }

  @Test
  void readsGobgpsNeighbors() {
    String neighbors =
        """
        [{"conf":{"neighbor_address":"172.30.2.14"},"state":{"session_state":3}},
         {"conf":{"neighbor_address":"172.30.1.20"},"state":{"session_state":6}}]\
        """;
    assertThat(Session.ofGobgp(neighbors))
        .containsExactly(down("172.30.2.14", "state 3"), up("172.30.1.20", "Established"));
  }

  @Test
  void readsConnectionsOfEitherDirection() {
    String sockets =
        """
        0      0      172.30.1.20:179    172.30.1.1:37428
        0      0      172.30.1.20:60459 172.30.1.30:179
        0      0      172.31.255.20:41000 172.31.255.1:6443
        0      0      [::ffff:172.30.1.20]:179 [::ffff:172.30.1.9]:4000
        """;
    assertThat(Session.ofSockets(sockets))
        .containsExactly(
            up("172.30.1.1", "connected"),
            up("172.30.1.30", "connected"),
            up("172.30.1.9", "connected"));
  }
}
