package io.margay.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cni.protocol.RawCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelQueueTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path directory;
  private DelQueue queue;

  @BeforeEach
  void make() {
    queue = new DelQueue(directory.resolve("queue"));
  }

  private RawCall keep(String container) throws IOException {
    var call =
        new RawCall("calico", Map.of("CNI_CONTAINERID", container, "CNI_IFNAME", "eth0"), "{}");
    String frame = "calico\0CNI_CONTAINERID=" + container + "\0CNI_IFNAME=eth0\0\0{}";
    queue.keep(call, ByteBuffer.wrap(frame.getBytes(StandardCharsets.UTF_8)));
    return call;
  }

  @Test
  void aQueueThatNeverWasIsEmpty() throws IOException {
    queue.sweep(NOW);
    assertThat(queue.waiting()).isEmpty();
  }

  @Test
  void waitsInTheOrderOfTime() throws IOException {
    for (String container : new String[] {"b", "c", "a"}) {
      keep(container);
    }
    for (int i = 0; i < 3; i++) {
      Files.setLastModifiedTime(
          directory.resolve("queue/calico@" + "bca".charAt(i) + "@eth0"),
          FileTime.from(NOW.plusSeconds(i)));
    }
    assertThat(queue.waiting())
        .extracting(entry -> entry.call().orElseThrow().variable("CNI_CONTAINERID"))
        .containsExactly("b", "c", "a");
  }

  @Test
  void holdsWhatIsKeptUntilItIsRemoved() throws IOException {
    RawCall call = keep("c1");
    assertThat(queue.holds(call)).isTrue();
    queue.remove(queue.waiting().getFirst().file());
    assertThat(queue.holds(call)).isFalse();
    assertThat(queue.waiting()).isEmpty();
  }

  /** Links that lead nowhere: in the list, and gone when they are looked at. */
  @Test
  void whatGoesWhileItIsLookedAtStopsNothing() throws IOException {
    keep("c1");
    Path nowhere = directory.resolve("nowhere");
    Files.createSymbolicLink(directory.resolve("queue/calico@c2@eth0"), nowhere);
    Files.createSymbolicLink(directory.resolve("queue/.7.calico@c3@eth0"), nowhere);
    queue.sweep(NOW);
    assertThat(queue.waiting()).hasSize(1);
  }

  @Test
  void onlyOldHalfWrittenFilesAreSwept() throws IOException {
    keep("c1");
    Path old = Files.writeString(directory.resolve("queue/.1.calico@c2@eth0"), "cal");
    Path fresh = Files.writeString(directory.resolve("queue/.2.calico@c3@eth0"), "cal");
    Files.setLastModifiedTime(old, FileTime.from(NOW.minusSeconds(3601)));
    Files.setLastModifiedTime(fresh, FileTime.from(NOW.minusSeconds(3599)));
    queue.sweep(NOW);
    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
    assertThat(queue.waiting()).hasSize(1);
  }
}
