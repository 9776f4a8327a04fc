package io.margay.ctl.print;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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

  /** Prints a list row by row; {@code asTable} makes what draws it for people. */
  public RowSink rows(PrintWriter out, Function<PrintWriter, RowSink> asTable) {
    return switch (this) {
      case TABLE -> asTable.apply(out);
      case JSON -> new JsonRows(out);
      case YAML -> new YamlRows(out);
    };
  }

  private static final class JsonRows implements RowSink {
    private final PrintWriter out;
    private final SequenceWriter array;

    JsonRows(PrintWriter out) {
      this.out = out;
      try {
        this.array =
            MAPPER
                .writerWithDefaultPrettyPrinter()
                .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .writeValuesAsArray(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void row(JsonNode row) {
      try {
        array.write(row);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void end() {
      try {
        array.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.println();
    }
  }

  private static final class YamlRows implements RowSink {
    private final PrintWriter out;
    private boolean empty = true;

    YamlRows(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void row(JsonNode row) {
      out.print(yaml(MAPPER.createArrayNode().add(row)));
      empty = false;
    }

    @Override
    public void end() {
      if (empty) {
        out.println("[]");
      }
    }
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
