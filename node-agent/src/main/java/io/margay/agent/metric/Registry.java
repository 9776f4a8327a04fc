package io.margay.agent.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the agent. Names are Calico's where Calico has the meaning, else {@code margay_}
 * names; labels come from bounded sets only; the help says the unit and when to worry. What is
 * asked for at a scrape may wait for a moment: pages are made one after the other.
 */
public final class Registry {
  /** Content type of Prometheus' text format. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(20)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Runnable> beforePage = new ArrayList<>();

  /**
   * Micrometer holds what it asks for a counter's value so weakly that it goes with the garbage.
   */
  private final List<DoubleSupplier> asked = new ArrayList<>();

  private volatile long pages;

  /** One member of a family: the values of its labels, in their order, and its own. */
  public record Row(List<String> labels, double value) {
    public Row {
      labels = List.copyOf(labels);
    }
  }

  /** A value that is asked for at each scrape. Label names and values alternate. */
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    Gauge.builder(name, value::getAsDouble)
        .description(help)
        .tags(Tags.of(labels))
        .strongReference(true)
        .register(registry);
  }

  /** Values whose labels come and go with what is there. */
  public synchronized void gauges(
      String name, String help, List<String> labels, Supplier<List<Row>> rows) {
    var family = MultiGauge.builder(name).description(help).register(registry);
    beforePage.add(() ->
        family.register(
            rows.get().stream()
                .map(row -> MultiGauge.Row.of(tags(labels, row), row.value()))
                .toList(),
            true));
  }

  /** A count that only grows, asked for at each scrape. The name goes without {@code _total}. */
  public synchronized void counter(
      String name, String help, DoubleSupplier value, String... labels) {
    asked.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .description(help)
        .tags(Tags.of(labels))
        .register(registry);
  }

  /** Counts whose labels come and go. The name goes without {@code _total}. */
  public synchronized void counters(
      String name, String help, List<String> labels, Supplier<List<Row>> rows) {
    var family = new CounterFamily(name, help, labels);
    beforePage.add(() -> family.show(rows.get()));
  }

  /** A count that is zero until {@link #count} is called, so that its first one shows. */
  public void begin(String name, String help, String... labels) {
    counterOf(name, help, labels);
  }

  /** Counts one more. The name goes without {@code _total}. */
  public void count(String name, String help, String... labels) {
    counterOf(name, help, labels).increment();
  }

  private Counter counterOf(String name, String help, String... labels) {
    return Counter.builder(name).description(help).tags(Tags.of(labels)).register(registry);
  }

  /** How long something takes, in seconds. The name goes without {@code _seconds}. */
  public Timer timer(String name, String help, String... labels) {
    return Timer.builder(name)
        .description(help)
        .tags(Tags.of(labels))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** The same source, asked once for each page however many values are made of its answer. */
  public <T> Supplier<T> oncePerPage(Supplier<T> source) {
    return new Remembered<>(source);
  }

  /** The page that Prometheus reads. */
  public synchronized String page() {
    pages++;
    beforePage.forEach(Runnable::run);
    return registry.scrape();
  }

  private static Tags tags(List<String> names, Row row) {
    var tags = new ArrayList<Tag>();
    for (int i = 0; i < names.size(); i++) {
      tags.add(Tag.of(names.get(i), row.labels().get(i)));
    }
    return Tags.of(tags);
  }

  private final class Remembered<T> implements Supplier<T> {
    private final Supplier<T> source;
    private long page = -1;
    private @Nullable T answer;

    Remembered(Supplier<T> source) {
      this.source = source;
    }

    @Override
    public synchronized T get() {
      T known = answer;
      if (known == null || page != pages) {
        known = source.get();
        answer = known;
        page = pages;
      }
      return known;
    }
  }

  /** Micrometer has no counters in rows. */
  private final class CounterFamily {
    private final String name;
    private final String help;
    private final List<String> labels;
    private final Map<List<String>, Member> members = new HashMap<>();

    CounterFamily(String name, String help, List<String> labels) {
      this.name = name;
      this.help = help;
      this.labels = labels;
    }

    void show(List<Row> rows) {
      var gone = new HashMap<>(members);
      for (Row row : rows) {
        members.computeIfAbsent(row.labels(), _ -> new Member(row)).value = row.value();
        gone.remove(row.labels());
      }
      gone.forEach((values, member) -> {
        members.remove(values);
        registry.remove(member.counter);
      });
    }

    private final class Member {
      private final FunctionCounter counter;
      private volatile double value;

      Member(Row first) {
        counter =
            FunctionCounter.builder(name, this, m -> m.value)
                .description(help)
                .tags(tags(labels, first))
                .register(registry);
      }
    }
  }
}
