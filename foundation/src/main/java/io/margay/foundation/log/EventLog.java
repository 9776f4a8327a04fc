package io.margay.foundation.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * One event a line: {@code bgp.session.closed peer=10.0.0.7 why="hold timer expired"}.
 *
 * <p>INFO is what an operator wants at night: changes of state with their why. WARN asks for
 * someone. ERROR is a fault of ours. Values with blanks or quotes are quoted. No secrets.
 */
public final class EventLog {
  private final Logger logger;

  private EventLog(Logger logger) {
    this.logger = logger;
  }

  /** The log of a class; its name tells a reader the file. */
  public static EventLog of(Class<?> owner) {
    return new EventLog(System.getLogger(owner.getName()));
  }

  /** Details for whoever debugs. */
  public void debug(String event, @Nullable Object... keysAndValues) {
    write(Level.DEBUG, null, event, keysAndValues);
  }

  /** A change of state that an operator wants to know of. */
  public void info(String event, @Nullable Object... keysAndValues) {
    write(Level.INFO, null, event, keysAndValues);
  }

  /** Something that asks for a person. */
  public void warn(String event, @Nullable Object... keysAndValues) {
    write(Level.WARNING, null, event, keysAndValues);
  }

  /** A fault of ours, with its stack trace. */
  public void error(String event, Throwable cause, @Nullable Object... keysAndValues) {
    write(Level.ERROR, cause, event, keysAndValues);
  }

  private void write(
      Level level, @Nullable Throwable cause, String event, @Nullable Object[] keysAndValues) {
    if (!logger.isLoggable(level)) {
      return;
    }
    String line = line(event, keysAndValues);
    if (cause == null) {
      logger.log(level, line);
    } else {
      logger.log(level, line, cause);
    }
  }

  /** The text of a line, without time and level. */
  static String line(String event, @Nullable Object... keysAndValues) {
    var out = new StringBuilder(event);
    for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
      out.append(' ').append(keysAndValues[i]).append('=');
      appendValue(out, String.valueOf(keysAndValues[i + 1]));
    }
    return out.toString();
  }

  private static void appendValue(StringBuilder out, String value) {
    if (isPlain(value)) {
      out.append(value);
      return;
    }
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {
        return false;
      }
    }
    return !value.isEmpty();
  }
}
