package io.margay.kernel.rtnl;

import io.margay.foundation.fuzz.Corpus;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CorpusTest {
  @TestFactory
  Stream<DynamicTest> everyMessageIsAnEventOrAFault() {
    return Corpus.of(RtnlFuzz.class, RtnlFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  Stream<DynamicTest> everyRouteStandsSomewhereOrNowhere() {
    return Corpus.of(RouteMessageFuzz.class, RouteMessageFuzz::fuzzerTestOneInput);
  }
}
