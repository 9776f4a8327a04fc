package io.margay.agent.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.metric.Registry.Row;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private final Registry registry = new Registry();

  private List<String> samples(String prefix) {
    return registry.page().lines().filter(line -> line.startsWith(prefix)).sorted().toList();
  }

  @Test
  void rowsComeAndGoWithWhatIsThere() {
    var rows = new ArrayList<>(List.of(new Row(List.of("a"), 1), new Row(List.of("b"), 2)));
    registry.counters("margay_x", "X.", List.of("peer"), () -> rows);
    registry.gauges("margay_y", "Y.", List.of("peer"), () -> rows);
    assertThat(samples("margay_x_total"))
        .containsExactly("margay_x_total{peer=\"a\"} 1.0", "margay_x_total{peer=\"b\"} 2.0");
    rows.removeFirst();
    rows.add(new Row(List.of("c"), 5));
    assertThat(samples("margay_x_total"))
        .containsExactly("margay_x_total{peer=\"b\"} 2.0", "margay_x_total{peer=\"c\"} 5.0");
    rows.set(0, new Row(List.of("b"), 3));
    assertThat(samples("margay_x_total")).contains("margay_x_total{peer=\"b\"} 3.0");
    assertThat(samples("margay_y"))
        .containsExactly("margay_y{peer=\"b\"} 3.0", "margay_y{peer=\"c\"} 5.0");
  }

  @Test
  void anExpensiveSourceIsAskedOnceForEachPage() {
    var asked = new AtomicInteger();
    Supplier<Integer> source = registry.oncePerPage(asked::incrementAndGet);
    registry.gauge("margay_a", "A.", source::get);
    registry.gauge("margay_b", "B.", source::get);
    assertThat(samples("margay_")).containsExactly("margay_a 1.0", "margay_b 1.0");
    assertThat(samples("margay_")).containsExactly("margay_a 2.0", "margay_b 2.0");
  }

  @Test
  void aCounterGoesOnAfterACollection() throws InterruptedException {
    var count = new AtomicInteger(1);
    registry.counter("margay_c", "C.", count::get);
    var other = new WeakReference<>(new Object());
    for (int tries = 0; other.get() != null; tries++) {
      assertThat(tries).as("collections").isLessThan(1000);
      System.gc();
      Thread.sleep(1);
    }
    count.set(2);
    assertThat(samples("margay_c")).containsExactly("margay_c_total 2.0");
  }

  @Test
  void aCounterThatBeganShowsBeforeItsFirst() {
    registry.begin("margay_requests", "R.", "code", "0");
    assertThat(samples("margay_requests_total"))
        .containsExactly("margay_requests_total{code=\"0\"} 0.0");
    registry.count("margay_requests", "R.", "code", "0");
    assertThat(samples("margay_requests_total"))
        .containsExactly("margay_requests_total{code=\"0\"} 1.0");
  }
}
