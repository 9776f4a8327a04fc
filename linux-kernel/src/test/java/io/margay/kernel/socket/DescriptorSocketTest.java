package io.margay.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.netns.TestNetns;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorSocketTest {
  private static final int PROTOCOL = 253;
  private static final int SLOT = 2048;

  @TempDir private Path dir;
  private Path path;

  @BeforeEach
  void nameIt() {
    path = dir.resolve("fds");
  }

  @Test
  void whatIsSentIsTheSameOpenFile() {
    try (var here = DescriptorSocket.bound(path);
        Fd counter = Libc.eventFd()) {
      DescriptorSocket.send(path, "one counter", List.of(counter));
      try (var received = here.receive()) {
        assertThat(received.text()).isEqualTo("one counter");
        assertThat(received.descriptors()).hasSize(1);
        Fd copy = received.descriptors().getFirst();
        assertThat(copy.number()).isNotEqualTo(counter.number());
        ByteBuffer number = Libc.buffer(Long.BYTES).putLong(0, 42);
        assertThat(Libc.write(counter, number)).isEqualTo(Long.BYTES);
        assertThat(Libc.read(copy, number.putLong(0, 0))).isEqualTo(Long.BYTES);
        assertThat(number.getLong(0)).isEqualTo(42);
      }
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void asManyAsThereMayBeComeInOrder() {
    try (var here = DescriptorSocket.bound(path);
        Fd counter = Libc.eventFd()) {
      DescriptorSocket.send(path, "", Collections.nCopies(DescriptorSocket.MOST, counter));
      try (var received = here.receive()) {
        assertThat(received.descriptors()).hasSize(DescriptorSocket.MOST);
        assertThat(received.descriptors().stream().map(Fd::number).distinct())
            .hasSize(DescriptorSocket.MOST);
      }
    }
  }

  @Test
  void itIsForItsOwnerAlone() throws Exception {
    try (var here = DescriptorSocket.bound(path)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
      assertThatThrownBy(here::receive)
          .isInstanceOf(KernelException.class)
          .hasMessage("receive descriptors at " + path + ": EAGAIN");
    }
  }

  @Test
  void whereNobodyWaitsNothingIsSent() {
    try (Fd counter = Libc.eventFd()) {
      assertThatThrownBy(() -> DescriptorSocket.send(path, "", List.of(counter)))
          .isInstanceOf(KernelException.class)
          .hasMessage("send descriptors to " + path + ": ENOENT");
    }
  }

  @Test
  void aDeviceThatIsTakenOverStaysWhenItsFirstOwnerGoes() {
    try (var inside = TestNetns.create();
        var here = DescriptorSocket.bound(path)) {
      var first = inside.netns().call(() -> TunDevice.open("t0"));
      DescriptorSocket.send(path, "", List.of(first.fd()));
      var copy = here.receive().descriptors().getFirst();
      try (var second = inside.netns().call(() -> TunDevice.of(copy))) {
        first.closeCopy();
        assertThat(second.name()).isEqualTo("t0");
        assertThat(second.mtu()).isEqualTo(1500);
        assertThat(inside.ip("-br link")).contains("t0");
        assertThat(second.read(new PacketMemory(SLOT), 0, SLOT)).isNegative();
      }
      assertThat(inside.ip("-br link")).doesNotContain("t0");
    }
  }

  @Test
  void whatIsSomethingElseIsNotTakenOver() {
    assertThatThrownBy(() -> TunDevice.of(Libc.eventFd()))
        .isInstanceOf(KernelException.class)
        .hasMessageStartingWith("take over a TUN device: ");
    try (var inside = TestNetns.create()) {
      inside
          .netns()
          .run(() -> {
            try (var raw = RawIpSocket.of(RawIpSocket.ofProtocol(PROTOCOL).fd(), PROTOCOL)) {
              assertThat(raw.fd().number()).isPositive();
            }
            try (var udp = UdpSocket.of(UdpSocket.bound(Ip4.ANY, 8285).fd(), 8285)) {
              assertThat(udp.fd().number()).isPositive();
            }
            assertThatThrownBy(() -> RawIpSocket.of(UdpSocket.bound(Ip4.ANY, 8285).fd(), PROTOCOL))
                .hasMessage(
                    "take over a socket: EINVAL (type 2, protocol 17 where 3, 253 is needed)");
            assertThatThrownBy(() -> UdpSocket.of(UdpSocket.bound(Ip4.ANY, 8286).fd(), 8285))
                .hasMessage("take over a socket: EINVAL (it has port 8286)");
          });
    }
  }
}
