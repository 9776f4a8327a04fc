package io.margay.bench.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouteSetTest {
  @Test
  void routesAreBlocksSideBySide() {
    var routes = new RouteSet(100_000, "near");
    assertThat(routes.key(0)).isEqualTo(FibKey.main(Prefix.of("10.0.0.0/26")));
    assertThat(routes.key(1)).isEqualTo(FibKey.main(Prefix.of("10.0.0.64/26")));
    assertThat(routes.key(99_999)).isEqualTo(FibKey.main(Prefix.of("10.97.167.192/26")));
    assertThat(routes.all(1)).hasSize(100_000).containsEntry(routes.key(7), routes.via(1));
    assertThat(routes.via(0)).isNotEqualTo(routes.via(1));
  }

  @Test
  void singleChangesMeetOtherRoutesUntilAllHadTheirTurn() {
    var routes = new RouteSet(200, "near");
    assertThat(IntStream.range(0, 200).map(routes::changed).distinct()).hasSize(200);
    assertThat(routes.changed(200)).isEqualTo(routes.changed(0));
  }
}
