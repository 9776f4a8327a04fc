package io.margay.cni.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/** JSON text to maps and lists and back. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final ObjectReader READER = MAPPER.readerFor(Object.class);
  private static final ObjectWriter WRITER = MAPPER.writer(printer());

  private Json() {}

  /** What came of a text. */
  public sealed interface Parsed {
    /** A document; maps keep the order of their keys. */
    record Document(Object value) implements Parsed {}

    /** No JSON. The reason ends with line and column. */
    record Broken(String reason) implements Parsed {}
  }

  /** Reads one document. */
  public static Parsed parse(String text) {
    try {
      Object value = READER.readValue(text);
      return value == null ? new Parsed.Broken("nothing there") : new Parsed.Document(value);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr();
      return new Parsed.Broken(e.getOriginalMessage() + where);
    }
  }

  /** Writes one document, indented by two, in the order of the map, with a line feed at its end. */
  public static String write(Map<String, ?> document) {
    try {
      return WRITER.writeValueAsString(document) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not representable as JSON", e);
    }
  }

  private static DefaultPrettyPrinter printer() {
    var indenter = new DefaultIndenter("  ", "\n");
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
        .withObjectIndenter(indenter)
        .withArrayIndenter(indenter);
  }
}
