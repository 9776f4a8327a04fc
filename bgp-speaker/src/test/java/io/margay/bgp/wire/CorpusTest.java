package io.margay.bgp.wire;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyStreamIsMessagesOrFaults() {
    return Corpus.of(MessageFuzz.class, MessageFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  Stream<DynamicTest> everyStreamMeansTheSameFlatAndAsObjects() {
    return Stream.of(RunFuzz.class, MessageFuzz.class)
        .flatMap(inputs -> Corpus.of(inputs, RunFuzz::fuzzerTestOneInput));
  }

  @TestFactory
  Stream<DynamicTest> everyBlockOfAttributesIsReadRefusedOrMended() {
    return Corpus.of(AttributesFuzz.class, AttributesFuzz::fuzzerTestOneInput);
  }
}
