package io.margay.kube.types;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyObjectIsReadOrRefused() {
    return Corpus.of(ObjectFuzz.class, ObjectFuzz::fuzzerTestOneInput);
  }
}
