package io.margay.kube.warm;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyFileIsUsedOrRefused() {
    return Corpus.of(WarmFuzz.class, WarmFuzz::fuzzerTestOneInput);
  }
}
