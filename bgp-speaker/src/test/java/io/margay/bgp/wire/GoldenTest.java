package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Messages as commented hex, a field a line, beside what they mean. The first line says between
 * whom ({@code ibgp}, {@code ebgp}, {@code old}); {@code canonical} ones are written in the same
 * bytes.
 */
@Tag("golden")
class GoldenTest {
  private static final Path CASES = Path.of("src/test/golden");

  @TestFactory
  Stream<DynamicTest> everyCase() throws IOException {
    List<Path> cases;
    try (Stream<Path> all = Files.list(CASES)) {
      cases = all.sorted().toList();
    }
    return cases.stream()
        .map(c -> DynamicTest.dynamicTest(c.getFileName().toString(), () -> check(c)));
  }

  private static void check(Path folder) throws IOException {
    String in = Files.readString(folder.resolve("in.hex"));
    String head = in.lines().findFirst().orElseThrow();
    WireFormat format = format(head);
    List<BgpMessage> messages = Bytes.messages(Bytes.ofHex(in), format);
    String text = String.join("", messages.stream().map(MessageText::of).toList());
    Path expected = folder.resolve("out.txt");
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(expected, text);
    }
    assertThat(text).isEqualTo(Files.readString(expected));
    if (head.contains("canonical")) {
      byte[] written = Bytes.encode(batch(messages), format);
      assertThat(HexFormat.of().formatHex(written))
          .isEqualTo(HexFormat.of().formatHex(Bytes.ofHex(in)));
    }
  }

  private static WireFormat format(String head) {
    return head.contains("ibgp") ? Bytes.IBGP : head.contains("old") ? Bytes.OLD : Bytes.EBGP;
  }

  private static UpdateBatch batch(List<BgpMessage> messages) {
    var withdrawn = new ArrayList<Prefix>();
    var announced = new ArrayList<Announcement>();
    var endOfRib = new ArrayList<Family>();
    for (BgpMessage message : messages) {
      var update = (DecodedUpdate) message;
      withdrawn.addAll(update.withdrawn());
      announced.addAll(update.announced());
      update.endOfRib().ifPresent(endOfRib::add);
    }
    return new UpdateBatch(withdrawn, announced, endOfRib);
  }
}
