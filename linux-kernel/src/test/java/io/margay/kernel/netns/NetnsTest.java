package io.margay.kernel.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.sysctl.Sysctl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetnsTest {
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  @Test
  void workIsInsideAndTheCallerStays() {
    try (var inside = TestNetns.create()) {
      String before = identity();
      assertThat(inside.netns().call(NetnsTest::identity)).isNotEqualTo(before);
      assertThat(identity()).isEqualTo(before);
    }
  }

  @Test
  void virtualThreadsWorkInManyNamespacesAtOnce() throws Exception {
    List<TestNetns> all = Stream.generate(TestNetns::create).limit(4).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> work =
          Stream.generate(() -> all)
              .limit(25)
              .flatMap(List::stream)
              .map(n ->
                  (Callable<String>) () -> n.name() + " " + n.netns().call(NetnsTest::identity))
              .toList();
      var seen = threads.invokeAll(work).stream().map(f -> f.resultNow()).distinct().toList();
      assertThat(seen).hasSize(4);
      assertThat(seen.stream().map(s -> s.substring(s.indexOf(" "))).distinct()).hasSize(4);
    } finally {
      all.forEach(TestNetns::close);
    }
  }

  @Test
  void aFaultOfTheWorkReachesTheCaller() {
    try (var inside = TestNetns.create()) {
      assertThatThrownBy(() ->
              inside
                  .netns()
                  .run(() -> {
                    throw new IllegalArgumentException("odd");
                  }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("odd");
    }
  }

  @Test
  void aPathThatIsGoneOrAnOrdinaryFileIsNoNamespace(@TempDir Path dir) throws IOException {
    Path file = Files.createFile(dir.resolve("left-behind"));
    assertThat(Netns.find(dir.resolve("gone"))).isEmpty();
    assertThat(Netns.find(file)).isEmpty();
    assertThatThrownBy(() -> Netns.open(file))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
        .hasMessage("open " + file + ": EINVAL (no network namespace)");
  }

  @Test
  void settingsAreThoseOfTheNamespaceThatTheWorkIsIn() {
    try (var inside = TestNetns.create()) {
      inside.device("eth0.1");
      String name = "net/ipv4/conf/eth0.1/rp_filter";
      assertThat(Sysctl.read(name)).isEmpty();
      inside
          .netns()
          .run(() -> {
            Sysctl.write(name, "2");
            Sysctl.write(name, "2");
            assertThat(Sysctl.read(name)).contains("2");
            assertThatThrownBy(() -> Sysctl.write(name, "x"))
                .hasMessage("write x to /proc/sys/" + name + ": EINVAL");
            assertThat(Sysctl.writeIfPresent("net/ipv4/conf/none/rp_filter", "1")).isFalse();
            assertThatThrownBy(() -> Sysctl.write("net/ipv4/conf/none/rp_filter", "1"))
                .hasMessageContaining("conf/none/rp_filter: ENOENT");
          });
    }
  }

  private static String identity() {
    try {
      return Files.readSymbolicLink(OWN).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
