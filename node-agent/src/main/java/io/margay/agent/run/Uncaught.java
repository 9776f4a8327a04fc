package io.margay.agent.run;

import io.margay.foundation.log.EventLog;

/**
 * What ends a thread that nobody else caught it for. An exception is told. After an {@link Error}
 * (no memory, no stack, no class) nothing in this process can be relied on: it ends at once, as
 * after kill -9, and whoever watches over it starts it again. The kernel keeps what was programmed
 * and peers keep our routes meanwhile.
 */
public final class Uncaught implements Thread.UncaughtExceptionHandler {
  private static final EventLog LOG = EventLog.of(Uncaught.class);

  /** EX_SOFTWARE of sysexits.h. */
  private static final int EXIT_CODE = 70;

  private final Runnable end;

  Uncaught(Runnable end) {
    this.end = end;
  }

  /** For all threads of this process. */
  public static void install() {
    Thread.setDefaultUncaughtExceptionHandler(
        new Uncaught(() -> Runtime.getRuntime().halt(EXIT_CODE)));
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    try {
      LOG.error("thread.ended", thrown, "thread", thread.getName());
    } finally {
      if (thrown instanceof Error) {
        end.run();
      }
    }
  }
}
