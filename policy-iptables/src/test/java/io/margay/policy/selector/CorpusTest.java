package io.margay.policy.selector;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyTextIsASelectorOrNone() {
    return Corpus.of(SelectorFuzz.class, SelectorFuzz::fuzzerTestOneInput);
  }
}
