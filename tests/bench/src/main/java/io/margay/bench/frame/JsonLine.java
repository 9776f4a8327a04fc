package io.margay.bench.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A result as one line of JSON; docs/bench.md says what each field means. */
public final class JsonLine {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonLine() {}

  /** The line, without its end. */
  public static String of(Result result) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    Measure measure = result.measure();
    ToDoubleFunction<Series> best = side -> side.best(measure.better());
    fields.put("bench", measure.name());
    fields.put("value", of(result.ours(), best));
    fields.put("unit", measure.unit());
    fields.put("better", measure.better().name().toLowerCase(Locale.ROOT));
    fields.put("peer", result.peer().orElse(null));
    fields.put("peer_value", of(result.theirs(), best));
    fields.put("ratio", ratio(result));
    fields.put(
        "runs", result.ours().or(result::theirs).map(side -> side.values().size()).orElse(0));
    fields.put("min", of(result.ours(), Series::min));
    fields.put("median", of(result.ours(), Series::median));
    fields.put("peer_min", of(result.theirs(), Series::min));
    fields.put("peer_median", of(result.theirs(), Series::median));
    fields.put("ours", all(result.ours()));
    fields.put("theirs", all(result.theirs()));
    try {
      return MAPPER.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts are always JSON", e);
    }
  }

  private static @Nullable Double ratio(Result result) {
    OptionalDouble ratio = result.ratio();
    return ratio.isPresent() ? (Double) rounded(ratio.getAsDouble()) : null;
  }

  /** Null where a side had no run. */
  private static @Nullable Double of(Optional<Series> side, ToDoubleFunction<Series> value) {
    return side.isPresent() ? (Double) rounded(value.applyAsDouble(side.get())) : null;
  }

  private static List<Double> all(Optional<Series> side) {
    return side.map(Series::values).orElse(List.of()).stream().map(JsonLine::rounded).toList();
  }

  /** To three decimals: more is noise. */
  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
