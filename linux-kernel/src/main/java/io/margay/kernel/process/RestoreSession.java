package io.margay.kernel.process;

import io.margay.foundation.log.EventLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One long-lived {@code iptables-restore --noflush --verbose}: transactions go in, for each a
 * receipt comes back. There is no acknowledgement in its language; a numbered comment behind COMMIT
 * is echoed when everything before it is done. Any error ends the process; the next transaction
 * starts another. Owned by one thread.
 *
 * <p>Seen with iptables 1.8.9: both back ends echo and flush the comment, look at the tables anew
 * for each transaction, and count lines from the start of the process.
 */
public final class RestoreSession implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(RestoreSession.class);
  private static final String RECEIPT = "# receipt ";
  private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)");

  private final Program program;
  private final Duration limit;
  private @Nullable Running running;

  /**
   * A session that starts its process with the first transaction.
   *
   * @param program with arguments, {@code --noflush} and {@code --verbose} among them
   * @param limit how long one transaction may take, the wait for the xtables lock included
   */
  public RestoreSession(Program program, Duration limit) {
    this.program = program;
    this.limit = limit;
  }

  /** What became of a transaction. */
  public sealed interface Outcome {
    /** All of it is in the kernel. */
    record Taken() implements Outcome {}

    /**
     * None of its last table is in the kernel; the process has ended.
     *
     * @param said its words
     * @param line which line of the transaction, from 1, if it said so
     */
    record Refused(String said, OptionalInt line) implements Outcome {}
  }

  /**
   * Writes a transaction, from {@code *table} to COMMIT with a newline at its end, and waits for
   * its receipt.
   *
   * @throws ProgramException when the program cannot be started, or the thread is interrupted
   */
  public Outcome apply(String transaction) {
    Running current = running;
    if (current == null || !current.child.isAlive()) {
      end();
      current = new Running(program.start());
      running = current;
    }
    Outcome outcome = current.apply(transaction, limit);
    if (outcome instanceof Outcome.Refused) {
      end();
    }
    return outcome;
  }

  /** The process that is running, if one is. */
  public OptionalLong pid() {
    Running current = running;
    return current == null ? OptionalLong.empty() : OptionalLong.of(current.child.pid());
  }

  @Override
  public void close() {
    end();
  }

  private void end() {
    Running current = running;
    running = null;
    if (current != null) {
      current.child.kill();
    }
  }

  /** One process with the threads that read from it. */
  private final class Running {
    private final Child child;
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private long receipts;
    private int linesBefore;

    /** A line of its output, or with an empty text the end of it. */
    private record Said(@Nullable String line) {}

    Running(Child child) {
      this.child = child;
      listen("out", child.stdout());
      listen("err", child.stderr());
    }

    private void listen(String what, InputStream from) {
      Thread.ofPlatform()
          .daemon()
          .name("restore-" + what)
          .start(() -> {
            try (var reader =
                new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
              for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                said.add(new Said(line));
              }
            } catch (IOException e) {
              // It was killed; what it had said before is in the queue.
            }
            said.add(new Said(null));
          });
    }

    Outcome apply(String transaction, Duration within) {
      long deadline = System.nanoTime() + within.toNanos();
      String receipt = RECEIPT + ++receipts;
      // A thread of its own: a child that does not read would stop us for ever.
      Thread.ofPlatform().daemon().name("restore-in").start(() -> write(transaction, receipt));
      var words = new ArrayList<String>();
      int open = 2;
      while (open > 0) {
        Said next = next(deadline);
        if (next == null) {
          return refused("no receipt after " + within.toMillis() + " ms", words);
        }
        if (next.line == null) {
          open--;
        } else if (next.line.equals(receipt)) {
          linesBefore += (int) transaction.lines().count() + 1;
          return new Outcome.Taken();
        } else if (!next.line.isBlank()) {
          words.add(next.line.strip());
        }
      }
      return refused("it ended", words);
    }

    private @Nullable Said next(long deadline) {
      try {
        return said.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        end();
        throw new ProgramException(child.argv(), child + ": interrupted", e);
      }
    }

    private void write(String transaction, String receipt) {
      try {
        child.stdin().write((transaction + receipt + "\n").getBytes(StandardCharsets.UTF_8));
        child.stdin().flush();
      } catch (IOException e) {
        LOG.debug("restore.input.closed", "child", child, "why", e.getMessage());
      }
    }

    private Outcome refused(String fallback, List<String> words) {
      String text = words.isEmpty() ? fallback : String.join("; ", words);
      Matcher matcher = LINE.matcher(text);
      OptionalInt line = OptionalInt.empty();
      if (matcher.find()) {
        int number = Integer.parseInt(matcher.group(1)) - linesBefore;
        line = number > 0 ? OptionalInt.of(number) : OptionalInt.empty();
      }
      return new Outcome.Refused(text, line);
    }
  }
}
