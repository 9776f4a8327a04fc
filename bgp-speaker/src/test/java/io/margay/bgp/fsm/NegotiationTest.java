package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.IPV6;
import static io.margay.bgp.fsm.Sessions.RESTART;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NegotiationTest {
  private static final OpenMessage OWN = open(64512, "10.0.0.1", 90, IPV4, IPV6, RESTART);

  record Refusal(String name, long remoteAs, OpenMessage peer, int subcode, String data) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        new Refusal("4271 6.2 another AS", 64513, open(64514, "10.0.0.2", 90, IPV4), 2, ""),
        new Refusal(
            "6286 2.2 own id inside the AS", 64512, open(64512, "10.0.0.1", 90, IPV4), 3, ""),
        new Refusal("4271 6.2 id 0", 64513, open(64513, "0.0.0.0", 90, IPV4), 3, ""),
        new Refusal("4271 6.2 hold time 1", 64513, open(64513, "10.0.0.2", 1, IPV4), 6, ""),
        new Refusal("4271 6.2 hold time 2", 64513, open(64513, "10.0.0.2", 2, IPV4), 6, ""),
        new Refusal(
            "5492 5 no common family",
            64513,
            open(64513, "10.0.0.2", 90, new Capability.Multiprotocol(25, 65)),
            7,
            "010400010001"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void isRefused(Refusal c) {
    var result = Negotiation.judge(Sessions.config(c.remoteAs(), false, OWN), c.peer());
    NotificationMessage answer = ((Negotiation.Result.Refused) result).answer();
    assertThat(answer.code()).isEqualTo(NotificationMessage.OPEN_ERROR);
    assertThat(answer.subcode()).isEqualTo(c.subcode());
    assertThat(answer.data()).hasToString(c.data());
  }

  @Test
  void whatBothHaveIsAgreed() {
    Agreed agreed = Sessions.agreed(OWN, open(64513, "10.0.0.1", 30, IPV4, RESTART));
    assertThat(agreed.families()).containsExactly(Family.IPV4);
    assertThat(agreed.hold()).isEqualTo(Duration.ofSeconds(30));
    assertThat(agreed.keepalive()).isEqualTo(Duration.ofSeconds(10));
    assertThat(agreed.internal()).isFalse();
    assertThat(agreed.as4()).isTrue();
    assertThat(agreed.isGraceful()).isTrue();
    assertThat(agreed.survives(Family.IPV6)).isFalse();
  }

  // RFC 9494, 4.2 and 4.5: what is not listed has no time; without RFC 4724's it does not count.
  @Test
  void longLivedRestartNeedsTheOrdinaryOne() {
    var hour = new Capability.LongLivedFamily(1, 1, false, 3600);
    var longLived = new Capability.LongLived(List.of(hour));
    OpenMessage own = open(64512, "10.0.0.1", 90, IPV4, IPV6, RESTART, longLived);
    var unlisted = new Capability.GracefulRestart(false, false, 0, List.of());
    Agreed both =
        Sessions.agreed(own, open(64513, "10.0.0.2", 90, IPV4, IPV6, unlisted, longLived));
    assertThat(both.survives(Family.IPV4)).isTrue();
    assertThat(both.restartTime(Family.IPV4)).isZero();
    assertThat(both.longLivedTime(Family.IPV4)).isEqualTo(Duration.ofHours(1));
    assertThat(both.keptLongLived(Family.IPV4)).isFalse();
    assertThat(both.survives(Family.IPV6)).isFalse();
    Agreed alone = Sessions.agreed(own, open(64513, "10.0.0.2", 90, IPV4, longLived));
    assertThat(alone.longLived()).isEmpty();
    assertThat(alone.survives(Family.IPV4)).isFalse();
  }

  // RFC 4271, 4.2: a hold time of zero on one side means none at all.
  @Test
  void zeroHoldTimeMeansNoKeepalives() {
    Agreed agreed = Sessions.agreed(OWN, open(64513, "10.0.0.2", 0, IPV4));
    assertThat(agreed.hold()).isZero();
    assertThat(agreed.keepalive()).isZero();
  }

  // RFC 4271, 4.4: a peer with a short hold time must not wait for what is configured here.
  @ParameterizedTest
  @CsvSource({"240, 60, 60", "90, 60, 30", "3, 60, 1", "90, 10, 10"})
  void keepaliveIsAThirdOfTheHoldTimeAtMost(int hold, int configured, int expected) {
    SessionConfig config = Sessions.config(64513, false, OWN);
    var eager =
        new SessionConfig(
            config.localAs(),
            config.remoteAs(),
            open(64512, "10.0.0.1", 240, IPV4),
            false,
            config.connectRetry(),
            config.idleHoldMin(),
            config.idleHoldMax(),
            Optional.of(Duration.ofSeconds(configured)));
    var result = Negotiation.judge(eager, open(64513, "10.0.0.2", hold, IPV4));
    Agreed agreed = ((Negotiation.Result.Accepted) result).agreed();
    assertThat(agreed.keepalive()).isEqualTo(Duration.ofSeconds(expected));
  }

  @Test
  void aSpeakerWithoutCapabilitiesMeansIpv4AndShortNumbers() {
    var old = new OpenMessage(4, 64513, 180, Ip4.of("10.0.0.2"), List.of());
    Agreed agreed = Sessions.agreed(OWN, old);
    assertThat(agreed.families()).containsExactly(Family.IPV4);
    assertThat(agreed.as4()).isFalse();
    assertThat(agreed.restart()).isEqualTo(Optional.empty());
  }

  // RFC 6793, 4.2.1
  @Test
  void longAsNumberComesByCapability() {
    OpenMessage peer = open(4200000000L, "10.0.0.2", 90, IPV4);
    assertThat(peer.myAs()).isEqualTo(OpenMessage.AS_TRANS);
    assertThat(Sessions.agreed(OWN, peer).internal()).isFalse();
  }
}
