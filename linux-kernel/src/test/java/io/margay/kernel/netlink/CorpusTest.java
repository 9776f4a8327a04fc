package io.margay.kernel.netlink;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyAnswerIsRead() {
    return Corpus.of(AckFuzz.class, AckFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  Stream<DynamicTest> everyAnswerToABlockIsRead() {
    return Corpus.of(BlockAnswersFuzz.class, BlockAnswersFuzz::fuzzerTestOneInput);
  }
}
