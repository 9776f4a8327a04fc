package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteBookTest {
  private static final FibKey KEY = FibKey.main(Prefix.of("10.65.1.0/26"));
  private static final FibRoute ONE = via("192.0.2.1");
  private static final FibRoute OTHER = via("192.0.2.2");

  private final RouteBook book = new RouteBook();

  @Test
  void aPutThatDidNotComeTrueLeavesNothing() {
    int before = book.put(KEY, book.form(ONE));
    assertThat(before).isEqualTo(RouteBook.NOTHING);
    book.restore(KEY, before);
    assertThat(book.find(KEY)).isEmpty();
    assertThat(book.size()).isZero();
  }

  @Test
  void aPutThatDidNotComeTrueLeavesWhatStoodThere() {
    book.put(KEY, book.form(ONE));
    int before = book.put(KEY, book.form(OTHER));
    assertThat(book.find(KEY)).contains(OTHER);
    book.restore(KEY, before);
    assertThat(book.toMap()).isEqualTo(Map.of(KEY, ONE));
  }

  @Test
  void aRemovalThatDidNotComeTrueLeavesWhatStoodThere() {
    book.put(KEY, book.form(ONE));
    int before = book.remove(KEY);
    assertThat(book.find(KEY)).isEmpty();
    book.restore(KEY, before);
    assertThat(book.toMap()).isEqualTo(Map.of(KEY, ONE));
    assertThat(book.remove(FibKey.main(Prefix.of("10.65.2.0/26")))).isEqualTo(RouteBook.NOTHING);
  }

  /** Each way is held once, and forgotten when no key has it: whatever was taken back meanwhile. */
  @Test
  void waysThatNoKeyHasAreForgotten() {
    book.put(KEY, book.form(ONE));
    int before = book.put(KEY, book.form(OTHER));
    book.restore(KEY, before);
    RouteForm kept = book.form(ONE);
    RouteForm unused = book.form(OTHER);
    book.beginLook();
    assertThat(book.form(ONE)).isSameAs(kept);
    assertThat(book.form(OTHER)).isNotSameAs(unused);
  }

  private static FibRoute via(String gateway) {
    return FibRoute.unicast(Ownership.BIRD_PROTOCOL, FibNextHop.via(Ip.of(gateway), "eth0"));
  }
}
