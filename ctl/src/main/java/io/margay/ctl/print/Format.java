package io.margay.ctl.print;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** How an answer is shown. */
public enum Format {
  TABLE,
  JSON,
  YAML;

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** The answer as text; {@code asTable} draws it for people. */
  public String show(JsonNode answer, Function<JsonNode, String> asTable) {
    return switch (this) {
      case TABLE -> asTable.apply(answer);
      case JSON -> json(answer);
      case YAML -> yaml(answer);
    };
  }

  private static String json(JsonNode answer) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(answer) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }

  private static String yaml(JsonNode answer) {
    var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings).dumpToString(MAPPER.convertValue(answer, Object.class));
  }
}
