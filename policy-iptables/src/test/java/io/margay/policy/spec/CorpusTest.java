package io.margay.policy.spec;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyPolicyIsReadOrRefused() {
    return Corpus.of(PolicyFuzz.class, PolicyFuzz::fuzzerTestOneInput);
  }
}
