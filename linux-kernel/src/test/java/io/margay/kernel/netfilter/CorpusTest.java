package io.margay.kernel.netfilter;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyMessageIsAFlowOrNone() {
    return Corpus.of(ConntrackFuzz.class, ConntrackFuzz::fuzzerTestOneInput);
  }
}
