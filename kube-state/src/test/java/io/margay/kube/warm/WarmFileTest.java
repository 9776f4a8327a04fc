package io.margay.kube.warm;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.Golden;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.image.ImageBuilder;
import io.margay.kube.image.ImageEvent;
import io.margay.kube.types.Kind;
import io.margay.kube.types.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("golden")
class WarmFileTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path directory;
  private WarmFile file;

  @BeforeEach
  void placeTheFile() {
    file = new WarmFile(directory.resolve("image"));
  }

  /** Every object that the readers' golden cases hold, as one image. */
  private static ClusterImage image() throws IOException {
    var events = new ArrayList<ImageEvent>();
    try (Stream<Path> cases = Files.list(Path.of("src/test/golden/read"))) {
      for (Path directory : cases.sorted().toList()) {
        Map<String, Object> object = Golden.yaml(Files.readString(directory.resolve("in.yaml")));
        Kind.watched().stream()
            .filter(kind -> kind.word().equals(object.get("kind")))
            .map(kind -> new ImageEvent.Seen(kind, StoredObject.keyOf(object), object))
            .forEach(events::add);
      }
    }
    return new ImageBuilder().apply(events).image();
  }

  private String why() {
    return ((WarmRead.Refused) file.read()).why();
  }

  @Test
  void imageIsReadAsItWasWritten() throws IOException {
    ClusterImage image = image();
    for (WarmSections.Section<?, ?> section : WarmSections.ALL) {
      assertThat(section.of().apply(image)).as("objects of %s", section.kind()).isNotEmpty();
    }
    file.write(image, NOW);
    assertThat(file.read()).isEqualTo(new WarmRead.Kept(image, NOW));
  }

  /** When this differs, the format is another: {@link WarmFile#FORMAT} has to be raised. */
  @Test
  void formatIsAsItWas() throws IOException {
    file.write(image(), NOW);
    Golden.compare(Path.of("src/test/golden/warm/image.jsonl"), Files.readString(file.path()));
  }

  @Test
  void everyKindOfTheImageHasAPart() {
    assertThat(WarmSections.ALL)
        .extracting(section -> section.kind())
        .containsExactlyInAnyOrderElementsOf(Kind.watched());
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    file.write(ClusterImage.EMPTY, NOW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
  }

  @Test
  void noFileIsNoError() {
    assertThat(file.read()).isEqualTo(new WarmRead.None(file.path()));
  }

  @Test
  void whatIsLeftOfABrokenWriteIsReplaced() throws IOException {
    Files.writeString(directory.resolve("image.new"), "half a li");
    file.write(ClusterImage.EMPTY, NOW);
    assertThat(file.read()).isInstanceOf(WarmRead.Kept.class);
  }

  @Test
  void anotherFormatIsRefusedByItsNumber() throws IOException {
    Files.writeString(file.path(), "{\"format\":7,\"written\":\"" + NOW + "\"}\n");
    assertThat(why())
        .isEqualTo(
            file.path()
                + ": its format is 7; expected 3. It is not used; the next image of the cluster"
                + " replaces it.");
  }

  @Test
  void missingMemberIsRefusedWithItsLine() throws IOException {
    Files.writeString(
        file.path(),
        """
        {"format":3,"written":"2026-01-02T03:04:05Z"}
        {"kind":"Namespace","key":"shop","value":{"name":"shop","labels":{}}}
        """);
    assertThat(why()).contains("line 2").contains("annotations");
  }

  @Test
  void unknownKindIsRefusedWithItsLine() throws IOException {
    Files.writeString(
        file.path(),
        """
        {"format":3,"written":"2026-01-02T03:04:05Z"}
        {"kind":"Spaceship","key":"shop","value":{}}
        """);
    assertThat(why()).contains("line 2: kind is \"Spaceship\"");
  }

  @Test
  void noCutFileIsUsed() throws IOException {
    file.write(image(), NOW);
    byte[] whole = Files.readAllBytes(file.path());
    var random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      int length = random.nextInt(whole.length - 1);
      Files.write(file.path(), Arrays.copyOf(whole, length));
      assertThat(file.read()).as("cut at %d", length).isInstanceOf(WarmRead.Refused.class);
    }
  }

  @Test
  void noChangedFileIsUsed() throws IOException {
    file.write(image(), NOW);
    byte[] whole = Files.readAllBytes(file.path());
    var random = new SplittableRandom(2);
    for (int i = 0; i < 500; i++) {
      byte[] changed = whole.clone();
      // The last byte ends the line of the checksum; what it is matters to nobody.
      int at = random.nextInt(changed.length - 1);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file.path(), changed);
      assertThat(file.read()).as("changed at %d", at).isInstanceOf(WarmRead.Refused.class);
    }
  }

  @Test
  void noiseIsRefused() throws IOException {
    for (String noise : List.of("\n", "null\n", "[]\n", "{}\n", "{\"format\":2}\n", "\"\"")) {
      Files.write(file.path(), noise.getBytes(StandardCharsets.UTF_8));
      assertThat(file.read()).as(noise).isInstanceOf(WarmRead.Refused.class);
    }
    Files.write(file.path(), new byte[] {(byte) 0xc3, 0x28, 0x0a});
    assertThat(why()).contains("no UTF-8");
  }

  @Test
  void writerWritesTheLastImageBeforeItEnds() throws IOException {
    ClusterImage image = image();
    try (var writer = WarmWriter.start(file, InstantSource.fixed(NOW), Duration.ofHours(1))) {
      writer.offer(ClusterImage.EMPTY);
      writer.offer(image);
    }
    assertThat(file.read()).isEqualTo(new WarmRead.Kept(image, NOW));
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      // The test's time limit interrupts.
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  @Test
  void writerIsHeldUpByWhatWritingCostsButNotByItsFirstWrite() {
    assertThat(WarmWriter.pause(Duration.ofSeconds(2), true)).isZero();
    assertThat(WarmWriter.pause(Duration.ofMillis(20), false)).isEqualTo(Duration.ofSeconds(1));
    assertThat(WarmWriter.pause(Duration.ofSeconds(5), false)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  @Timeout(60)
  void writerGoesOnAfterAFailure() throws IOException {
    Path later = directory.resolve("later");
    var there = new WarmFile(later.resolve("image"));
    try (var writer = WarmWriter.start(there, InstantSource.fixed(NOW), Duration.ofMillis(1))) {
      writer.offer(ClusterImage.EMPTY);
      until(() -> writer.failed() > 0);
      Files.createDirectory(later);
      writer.offer(ClusterImage.EMPTY);
      until(() -> writer.written() > 0);
    }
    assertThat(there.read()).isInstanceOf(WarmRead.Kept.class);
  }
}
