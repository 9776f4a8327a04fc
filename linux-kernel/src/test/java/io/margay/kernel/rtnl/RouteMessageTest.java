package io.margay.kernel.rtnl;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.nlmsg.Nlm;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMessageTest {
  private static final NextHop HOP = NextHop.via(Ip.of("192.0.2.9"), 7);

  /** The decoder of what is known, and the one of what is not, read the same. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyRouteStandsWhereTheOtherReaderFindsIt(long seed) {
    var random = new SplittableRandom(seed);
    var message = new RouteMessage();
    for (int i = 0; i < 1000; i++) {
      RouteEntry route = Messages.route(random);
      byte[] bytes = Messages.bytes(new RouteRequest.Replace(route));
      assertThat(message.over(bytes, 0, bytes.length)).as("seed %d, round %d", seed, i).isTrue();
      assertThat(message.table()).isEqualTo(route.table());
      assertThat(message.metric()).isEqualTo(route.metric());
      assertThat(message.length()).isEqualTo(route.destination().length());
      assertThat(message.entry()).contains(route);
      assertThat(message.isLike(message.copy())).isTrue();
    }
  }

  /** Any input is a place or none; no byte of it makes the decoder throw. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noBytesMakeItThrow(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] one = Messages.bytes(new RouteRequest.Replace(Messages.route(random)));
      byte[] input = Arrays.copyOf(one, 2 * one.length);
      System.arraycopy(one, 0, input, one.length, one.length);
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        input[random.nextInt(Nlm.HEADER_BYTES, input.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(input, random.nextInt(input.length + 1));
      for (byte[] each : List.of(input, cut)) {
        try {
          RouteMessageFuzz.fuzzerTestOneInput(each);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("seed " + seed + ", round " + i, e);
        }
      }
    }
  }

  @Test
  void routesThatDifferByTheirDestinationOnlyAreOfOneKind() {
    var message = new RouteMessage();
    assertThat(over(message, route("10.65.1.0/26", 12))).isTrue();
    int kind = message.kind();
    byte[] first = message.copy();
    assertThat(over(message, route("10.65.2.0/27", 12))).isTrue();
    assertThat(message.kind()).isEqualTo(kind);
    assertThat(message.isLike(first)).isTrue();
    assertThat(message.low()).isEqualTo(0x0a410200L);
    assertThat(message.length()).isEqualTo(27);

    assertThat(over(message, route("10.65.3.0/26", 80))).isTrue();
    assertThat(message.kind()).isNotEqualTo(kind);
    assertThat(message.isLike(first)).isFalse();
  }

  @Test
  void theDefaultRouteHasNoAddress() {
    var message = new RouteMessage();
    assertThat(over(message, route("10.65.1.0/26", 12))).isTrue();
    assertThat(over(message, route("0.0.0.0/0", 12))).isTrue();
    assertThat(message.low()).isZero();
    assertThat(message.length()).isZero();
    assertThat(message.isIpv4()).isTrue();
  }

  private static RouteEntry route(String destination, int protocol) {
    return RouteEntry.unicast(Prefix.of(destination), protocol, HOP);
  }

  private static boolean over(RouteMessage message, RouteEntry route) {
    byte[] bytes = Messages.bytes(new RouteRequest.Replace(route));
    return message.over(bytes, 0, bytes.length);
  }
}
