package io.margay.ctl.verb;

import io.margay.ctl.print.Format;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the word behind {@code -o}. */
final class FormatConverter implements ITypeConverter<Format> {
  @Override
  public Format convert(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "table", "wide" -> Format.TABLE;
      case "json" -> Format.JSON;
      case "yaml" -> Format.YAML;
      default -> throw new TypeConversionException("\"" + word + "\" is none of table, json, yaml");
    };
  }
}
