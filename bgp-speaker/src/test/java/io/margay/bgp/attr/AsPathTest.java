package io.margay.bgp.attr;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath.Segment;
import io.margay.bgp.attr.AsPath.SegmentType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AsPathTest {
  /** Reads the text that {@link AsPath#toString} writes, without confederations. */
  private static AsPath path(String text) {
    var segments = new ArrayList<Segment>();
    var run = new ArrayList<Long>();
    for (String word : text.replace("{", " { ").replace("}", " } ").trim().split("\\s+", -1)) {
      switch (word) {
        case "" -> {}
        case "{", "}" -> {
          if (!run.isEmpty()) {
            SegmentType type = word.equals("{") ? SegmentType.SEQUENCE : SegmentType.SET;
            segments.add(new Segment(type, run));
            run.clear();
          }
        }
        default -> run.add(Long.parseLong(word));
      }
    }
    if (!run.isEmpty()) {
      segments.add(new Segment(SegmentType.SEQUENCE, run));
    }
    return new AsPath(segments);
  }

  record Merge(String name, String path, String as4Path, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  // RFC 6793, 4.2.3
  static Stream<Merge> merges() {
    return Stream.of(
        new Merge("old speakers in front", "1 2 23456 4", "70000 4", "1 2 70000 4"),
        new Merge("nothing in front", "23456 23456", "70000 80000", "70000 80000"),
        new Merge("AS4_PATH is longer: ignored", "1 2", "70000 80000 90000", "1 2"),
        new Merge("a set counts one", "1 {2 3} 23456", "70000", "1 {2 3} 70000"),
        new Merge("AS4_PATH is empty", "1 2", "", "1 2"),
        new Merge("both begin alike", "5 6 7", "6 7", "5 6 7"));
  }

  @ParameterizedTest
  @MethodSource("merges")
  void as4PathIsMerged(Merge c) {
    assertThat(path(c.path()).mergedWith(path(c.as4Path()))).hasToString(c.expected());
  }

  // RFC 4271, 9.1.2.2 a; RFC 5065, 5.3
  @Test
  void lengthCountsASetOnceAndConfederationsNot() {
    var confederation = new Segment(SegmentType.CONFED_SEQUENCE, List.of(65001L, 65002L));
    var all = new ArrayList<>(List.of(confederation));
    all.addAll(path("1 2 {3 4}").segments());
    assertThat(new AsPath(all).length()).isEqualTo(3);
    assertThat(new AsPath(all).neighbourAs()).hasValue(1);
    assertThat(path("{3 4} 5").neighbourAs()).isEmpty();
    assertThat(AsPath.EMPTY.neighbourAs()).isEmpty();
  }

  // RFC 4271, 5.1.2
  @Test
  void prependGoesInFrontAndOpensANewSegmentWhenOneIsFull() {
    assertThat(path("3 4").prepend(List.of(1L, 2L))).hasToString("1 2 3 4");
    assertThat(path("{3 4}").prepend(List.of(1L))).hasToString("1 {3 4}");
    assertThat(AsPath.EMPTY.prepend(List.of())).isEqualTo(AsPath.EMPTY);
    AsPath full = AsPath.sequence(LongStream.range(0, 255).boxed().toArray(Long[]::new));
    assertThat(full.prepend(List.of(9L)).segments()).hasSize(2);
  }

  @Test
  void startsWithLooksAtLeadingSequences() {
    assertThat(path("1 2 3").startsWith(List.of(1L, 2L))).isTrue();
    assertThat(path("1 2 3").startsWith(List.of(2L))).isFalse();
    assertThat(path("1").startsWith(List.of(1L, 2L))).isFalse();
    assertThat(path("{1 2}").startsWith(List.of(1L))).isFalse();
    assertThat(AsPath.EMPTY.startsWith(List.of())).isTrue();
  }

  // RFC 4271, 9.1.2: the own AS anywhere in it is a loop.
  @Test
  void countFindsEveryOccurrence() {
    assertThat(path("1 2 1 {1 3}").count(1)).isEqualTo(3);
  }
}
