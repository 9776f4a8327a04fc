package io.margay.tunnel.wire;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyPacketIsOneOrMalformed() {
    return Corpus.of(IpipFuzz.class, IpipFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  Stream<DynamicTest> everyPacketOfTheDeviceIsCutInsideOfIt() {
    return Corpus.of(SegmentsFuzz.class, SegmentsFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  Stream<DynamicTest> everyBatchIsJoinedInsideOfIt() {
    return Corpus.of(JoinerFuzz.class, JoinerFuzz::fuzzerTestOneInput);
  }
}
