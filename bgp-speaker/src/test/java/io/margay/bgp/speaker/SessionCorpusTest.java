package io.margay.bgp.speaker;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SessionCorpusTest {
  @TestFactory
  Stream<DynamicTest> everySessionLeavesAnEmptyRib() {
    return Corpus.of(SessionFuzz.class, SessionFuzz::fuzzerTestOneInput);
  }
}
