package io.margay.bench.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A result as one line of JSON; docs/bench.md says what each field means. */
public final class JsonLine {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonLine() {}

  /** The line, without its end. */
  public static String of(Result result) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("bench", result.measure().name());
    fields.put("value", rounded(result.best()));
    fields.put("unit", result.measure().unit());
    fields.put("better", result.measure().better().name().toLowerCase(Locale.ROOT));
    fields.put("peer", result.peer());
    fields.put("peer_value", rounded(result.peerBest()));
    fields.put("ratio", ratio(result));
    fields.put("runs", result.ours().values().size());
    fields.put("min", rounded(result.ours().min()));
    fields.put("median", rounded(result.ours().median()));
    fields.put("peer_min", rounded(result.theirs().min()));
    fields.put("peer_median", rounded(result.theirs().median()));
    fields.put("ours", rounded(result.ours()));
    fields.put("theirs", rounded(result.theirs()));
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

  private static List<Double> rounded(Series series) {
    return series.values().stream().map(JsonLine::rounded).toList();
  }

  /** To three decimals: more is noise. */
  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
