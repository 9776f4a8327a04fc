package io.margay.bgp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketWordsTest {
  private static DialTarget target(String remote, Optional<Ip> source) {
    return new DialTarget(new Endpoint(Ip.of(remote), 179), source, 64, 0, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          finishConnect(..) failed with error(-111): Connection refused: /10.0.0.2:179 | connection refused by 10.0.0.2:179
          finishConnect(..) failed with error(-111): Connection refused                | connection refused by 10.0.0.2:179
          finishConnect(..) failed with error(-104): Connection reset by peer          | connection reset by 10.0.0.2:179
          finishConnect(..) failed with error(-110): Connection timed out: /10.0.0.2:179 | connection timed out: 10.0.0.2:179
          finishConnect(..) failed with error(-113): No route to host                  | no route to host: 10.0.0.2:179
          connect(..) failed with error(-101): Network is unreachable: /10.0.0.2:179   | network is unreachable: 10.0.0.2:179
          connect(..) failed with error(-1): Operation not permitted                   | operation not permitted: a rule of this node forbids packets to 10.0.0.2:179
          connect(..) failed with error(-13): Permission denied                        | permission denied: a rule of this node forbids packets to 10.0.0.2:179
          connect(..) failed with error(-99): Cannot assign requested address          | cannot assign requested address: 10.0.0.1 is no address of this node
          connect(..) failed with error(-22): Invalid argument                         | invalid argument: 10.0.0.2:179
          newSocketStream(..) failed with error(-24): Too many open files              | too many open files: 10.0.0.2:179
          newSocketStream(..) failed with error(-97): Address family not supported by protocol | address family not supported by protocol: 10.0.0.2:179
          connect(..) failed with error(-4711)                                         | error 4711: 10.0.0.2:179
          something else                                                               | something else: 10.0.0.2:179
          """)
  void anAttemptIsToldInTheKernelsWords(String message, String expected) {
    DialTarget target = target("10.0.0.2", Optional.of(Ip.of("10.0.0.1")));
    assertThat(SocketWords.dialling(new ConnectException(message), target)).isEqualTo(expected);
  }

  @Test
  void netty4TellsNothingOfAHostThatIsNotReached() {
    assertThat(
            SocketWords.dialling(
                new NoRouteToHostException("null: /fd00::2:179"),
                target("fd00::2", Optional.empty())))
        .isEqualTo("no route to host: [fd00::2]:179");
  }

  @Test
  void withoutASourceNoAddressIsToBlame() {
    var cause =
        new IOException("connect(..) failed with error(-99): Cannot assign requested address");
    assertThat(SocketWords.dialling(cause, target("10.0.0.2", Optional.empty())))
        .isEqualTo("cannot assign requested address: no own one is left towards 10.0.0.2:179");
  }

  @ParameterizedTest
  @CsvSource({
    "recvAddress(..) failed with error(-104): Connection reset by peer, connection reset by peer",
    "bind(..) failed with error(-98): Address already in use, address already in use",
    "what nobody knows, what nobody knows",
  })
  void aSocketThatBreaksSaysWhy(String message, String expected) {
    assertThat(SocketWords.of(new IOException(message))).isEqualTo(expected);
  }
}
