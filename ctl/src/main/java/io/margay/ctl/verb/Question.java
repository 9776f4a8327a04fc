package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Format;
import io.margay.ctl.print.RowSink;
import io.margay.ctl.source.AgentSocket;
import io.margay.ctl.source.NoAnswer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What every verb that asks the agent has in common: the output format, and what a failure looks
 * like.
 */
final class Question {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).",
      converter = FormatConverter.class,
      defaultValue = "table")
  private Format format = Format.TABLE;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      arity = "0..1",
      fallbackValue = "2",
      description = "Ask again and again, every 2 seconds or as often as told; print what changed.")
  private @Nullable Double watch;

  /** Asks, and writes the answer to {@code out}. */
  private interface Asking {
    void ask(PrintWriter out) throws NoAnswer;
  }

  /** Asks, prints; 0, or 1 with the reason on the error stream. */
  int ask(
      AgentSocket agent,
      PrintWriter out,
      PrintWriter err,
      String verb,
      Map<String, String> arguments,
      Function<JsonNode, String> asTable) {
    return run(out, err, to -> to.print(format.show(agent.ask(verb, arguments), asTable)));
  }

  /** The same for a list of any length, whose rows are printed as they come. */
  int list(
      AgentSocket agent,
      PrintWriter out,
      PrintWriter err,
      String verb,
      Map<String, String> arguments,
      Function<PrintWriter, RowSink> asTable) {
    return run(
        out,
        err,
        to -> {
          RowSink[] sink = new RowSink[1];
          agent.rows(
              verb,
              arguments,
              row -> {
                if (sink[0] == null) {
                  sink[0] = format.rows(to, asTable);
                }
                sink[0].row(row);
              });
          (sink[0] == null ? format.rows(to, asTable) : sink[0]).end();
        });
  }

  private int run(PrintWriter out, PrintWriter err, Asking asking) {
    if (watch != null) {
      return watch(out, err, asking, Duration.ofMillis(Math.max(100, (long) (watch * 1000))));
    }
    try {
      asking.ask(out);
      out.flush();
      return 0;
    } catch (NoAnswer e) {
      out.flush();
      err.println("margayctl: " + e.getMessage());
      return 1;
    }
  }

  /** Goes on over an agent that restarts; ends when it is interrupted. */
  private static int watch(PrintWriter out, PrintWriter err, Asking asking, Duration pause) {
    String last = "";
    while (!Thread.currentThread().isInterrupted()) {
      var text = new StringWriter();
      boolean answered = true;
      try {
        asking.ask(new PrintWriter(text));
      } catch (NoAnswer e) {
        answered = false;
        text.getBuffer().setLength(0);
        text.append("margayctl: ").append(e.getMessage()).append('\n');
      }
      if (!text.toString().equals(last)) {
        last = text.toString();
        (answered ? out : err).print(last);
        (answered ? out : err).flush();
      }
      LockSupport.parkNanos(pause.toNanos());
    }
    return 0;
  }
}
