package io.margay.kernel.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FdTest {
  private static Path inProc(int number) {
    return Path.of("/proc/self/fd", Integer.toString(number));
  }

  @Test
  void itIsClosedOnceAndNeverUsedAfterThat() {
    Fd fd = Libc.eventFd();
    int number = fd.number();
    assertThat(Files.isSymbolicLink(inProc(number))).isTrue();
    fd.close();
    assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
    // The number may be another file by now: a second close must not reach it.
    try (Fd other = Libc.eventFd()) {
      fd.close();
      assertThat(Files.isSymbolicLink(inProc(other.number()))).isTrue();
    }
  }

  @Test
  void aPathThatIsNotThereIsAnErrorWithItsName() {
    assertThatThrownBy(() -> Libc.open(Path.of("/run/netns/no-such"), Libc.O_RDONLY))
        .isInstanceOf(KernelException.class)
        .hasMessage("open /run/netns/no-such: ENOENT");
    assertThat(Libc.tryOpen(Path.of("/run/netns/no-such"), Libc.O_RDONLY)).isEqualTo(-Errno.ENOENT);
  }

  @Test
  void numbersThatNobodyNamedAreStillTold() {
    assertThat(Errno.name(Errno.ENOBUFS)).isEqualTo("ENOBUFS");
    assertThat(Errno.name(4095)).isEqualTo("errno 4095");
    assertThat(new KernelException("route add", Errno.EINVAL, "no such device"))
        .hasMessage("route add: EINVAL (no such device)");
  }
}
