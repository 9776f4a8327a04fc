package io.margay.kernel.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of a program.
 *
 * @param exit its exit status; 128 plus the signal when one ended it
 * @param out what it wrote to its standard output, read as UTF-8
 * @param err what it wrote to its standard error, read as UTF-8
 * @param killedAfter the time limit that it overran, if it did; it was killed then
 */
public record ProgramResult(
    List<String> argv, int exit, String out, String err, Optional<Duration> killedAfter) {

  /** Exit 0 within its time. */
  public boolean succeeded() {
    return exit == 0 && killedAfter.isEmpty();
  }

  /** For logs and errors: the arguments, how it ended, and what it said about that. */
  public String describe() {
    var text = new StringBuilder(String.join(" ", argv)).append(": ");
    killedAfter.ifPresentOrElse(
        limit -> text.append("killed after ").append(limit.toMillis()).append(" ms"),
        () -> text.append("exit ").append(exit));
    String said = err.isBlank() ? out.strip() : err.strip();
    return said.isEmpty() ? text.toString() : text.append(": ").append(said).toString();
  }

  /**
   * This result, when the program succeeded.
   *
   * @throws ProgramException with {@link #describe()} when it did not
   */
  public ProgramResult orThrow() {
    if (!succeeded()) {
      throw new ProgramException(argv, describe());
    }
    return this;
  }
}
