package io.margay.kernel.sysctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import org.junit.jupiter.api.Test;

/** Settings of a namespace of the test's own; {@code /proc/sys} itself is the judge. */
class SysctlTest {
  private static final String ABSENT = "net/ipv4/conf/nosuchdevice/rp_filter";

  @Test
  void aSettingBelongsToTheNamespaceOfItsThread() {
    try (var host = TestNetns.create()) {
      host.device("eth0.5");
      String name = "net/ipv4/conf/eth0.5/rp_filter";
      host.netns().run(() -> Sysctl.write(name, "2"));
      assertThat(host.netns().call(() -> Sysctl.read(name))).contains("2");
      assertThat(Sysctl.read(name)).as("a device of that name is not here").isEmpty();
    }
  }

  @Test
  void whatTheKernelHasNotIsAbsentOrAnError() {
    assertThat(Sysctl.read(ABSENT)).isEmpty();
    assertThat(Sysctl.writeIfPresent(ABSENT, "1")).isFalse();
    assertThatThrownBy(() -> Sysctl.write(ABSENT, "1"))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessageContaining("write 1 to /proc/sys/" + ABSENT);
  }

  @Test
  void aValueThatIsThereAlreadyNeedsNoRightToWriteIt() {
    String release = Sysctl.read("kernel/osrelease").orElseThrow();
    assertThat(Sysctl.writeIfPresent("kernel/osrelease", release)).isTrue();
    assertThatThrownBy(() -> Sysctl.write("kernel/osrelease", "another"))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("/proc/sys/kernel/osrelease");
  }

  @Test
  void aValueThatTheKernelRefusesIsNamed() {
    try (var host = TestNetns.create()) {
      assertThatThrownBy(
              () -> host.netns().run(() -> Sysctl.write("net/ipv4/ip_forward", "perhaps")))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .hasMessageContaining("write perhaps to /proc/sys/net/ipv4/ip_forward");
    }
  }
}
