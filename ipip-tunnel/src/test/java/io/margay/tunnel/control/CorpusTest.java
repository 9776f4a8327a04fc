package io.margay.tunnel.control;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyTextIsReadOrRefused() {
    return Corpus.of(ControlFuzz.class, ControlFuzz::fuzzerTestOneInput);
  }
}
