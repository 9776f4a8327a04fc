package io.margay.ctl.print;

import com.fasterxml.jackson.databind.JsonNode;

/** Prints the rows of a list as they come. */
public interface RowSink {
  void row(JsonNode row);

  /** Behind the last row; nothing comes after. */
  void end();
}
