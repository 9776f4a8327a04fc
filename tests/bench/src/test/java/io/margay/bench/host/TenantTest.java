package io.margay.bench.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantTest {
  /** Binds, takes its time, listens. */
  private static final String SLOW =
      """
      use Socket;
      socket(S, AF_UNIX, SOCK_STREAM, 0) or die;
      bind(S, sockaddr_un($ARGV[0])) or die;
      select(undef, undef, undef, 0.3);
      listen(S, 1) or die;
      sleep;
      """;

  @TempDir private Path dir;

  @Test
  void aSocketThatIsOnlyBoundIsWaitedFor() throws Exception {
    Optional<String> lack = Machine.lacks(List.of("perl"));
    assumeTrue(lack.isEmpty(), () -> lack.orElse(""));
    Path socket = dir.resolve("ctl");
    var argv = List.of("perl", "-e", SLOW, socket.toString());
    try (var room = Room.open();
        Tenant slow = Tenant.start(room, argv, dir.resolve("log"))) {
      slow.awaitListening(socket);
      try (var there = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        assertThat(there.connect(UnixDomainSocketAddress.of(socket))).isTrue();
      }
    }
  }
}
