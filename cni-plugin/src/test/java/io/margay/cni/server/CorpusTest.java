package io.margay.cni.server;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyCallIsARequestOrRefused() {
    return Corpus.of(CallFuzz.class, CallFuzz::fuzzerTestOneInput);
  }
}
