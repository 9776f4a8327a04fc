package io.margay.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryPartsTest {
  @Test
  void sortsMappingsByWhatTheyAre() {
    String smaps =
        """
        fa000000-100000000 rw-p 00000000 00:00 0
        Size:              98304 kB
        Rss:               40000 kB
        7f0000000000-7f0000010000 rwxp 00000000 00:00 0
        Rss:                3000 kB
        7f0000020000-7f0000030000 r-xp 00000000 fe:00 1234                       /usr/lib/jvm/lib/server/libjvm.so
        Rss:               12000 kB
        7f0000040000-7f0000050000 r--p 00000000 fe:00 1235                       /opt/margay/agent.aot
        Rss:               20000 kB
        55550000-55560000 rw-p 00000000 00:00 0                                  [heap]
        Rss:                 900 kB
        7f0000060000-7f0000070000 r--s 00000000 fe:00 1236                       /opt/margay/lib/netty.jar
        Rss:                 100 kB
        """;
    assertThat(MemoryParts.of(smaps.lines().toList()))
        .isEqualTo(
            Map.of(
                "heap and other anonymous", 40000L,
                "compiled code", 3000L,
                "libraries", 12000L,
                "class archive", 20000L,
                "malloc", 900L,
                "jars", 100L));
  }
}
