package io.margay.bench.bgp;

import io.margay.bench.frame.Measure;
import io.margay.bench.frame.RunFailed;
import io.margay.bench.frame.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is done in a run, and what is measured in it.
 *
 * @param plan the sessions
 * @param figures names without the bench and the peer, with units
 * @param play what is done; a value for each figure, in their order
 */
record Scenario(Plan plan, List<Figure> figures, Play play) {
  /** Something that is measured; {@code .PEER} is appended to its name where there are several. */
  record Figure(String name, String unit) {
    Measure measure(String suffix) {
      return new Measure("bgp." + name + suffix, unit, Measure.Better.LOWER);
    }
  }

  /** The steps of a run. */
  interface Play {
    List<Double> values(Trial trial);
  }

  private static final String SECONDS = "s";
  private static final String MIB = "MiB";
  private static final String MICROS = "us";
  private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

  /** Of the peers of a mesh so many restart at one time, so often. */
  private static final int RESTARTING = 10;

  private static final int RESTARTS = 5;
  private static final int STALL_SECONDS = 10;

  private static Figure seconds(String name) {
    return new Figure(name, SECONDS);
  }

  /** A table passes a fresh process; how much memory that takes. */
  static Scenario table(Plan plan, String name) {
    return new Scenario(
        plan,
        List.of(seconds(name), new Figure(name.replace("ingest", "memory"), MIB)),
        trial -> {
          open(trial);
          return List.of(trial.seconds("announce"), trial.peakMib());
        });
  }

  /** The same; then all is withdrawn, a second table passes, and all is withdrawn again. */
  static Scenario twoTables(Plan plan) {
    return new Scenario(
        plan,
        List.of(
            seconds("ingest"),
            new Figure("memory", MIB),
            seconds("ingest.warm"),
            seconds("withdraw")),
        trial -> {
          open(trial);
          double first = trial.seconds("announce");
          double memory = trial.peakMib();
          trial.ask("withdraw");
          return List.of(first, memory, trial.seconds("announce"), trial.seconds("withdraw"));
        });
  }

  /** The second table alone counts. */
  static Scenario warm(Plan plan, String name) {
    return new Scenario(
        plan,
        List.of(seconds(name)),
        trial -> {
          open(trial);
          trial.ask("announce");
          trial.ask("withdraw");
          return List.of(trial.seconds("announce"));
        });
  }

  /** From the first connection that is taken until all have all; peers dialled before. */
  static Scenario coldStart(Plan plan, String name) {
    return new Scenario(
        plan, List.of(seconds(name)), trial -> List.of(Trial.seconds(dialled(trial))));
  }

  /** The same, and what it takes above an idle process with as many neighbours. */
  static Scenario coldStartAndMemory(Plan plan, String name) {
    return new Scenario(
        plan,
        List.of(seconds(name), new Figure(name + ".memory", MIB)),
        trial -> {
          double idle = trial.idleMib();
          double took = Trial.seconds(dialled(trial));
          return List.of(took, trial.peakMib() - idle);
        });
  }

  /** Peers restart, others each time; until everything is where it was. */
  static Scenario churn(Plan plan) {
    return new Scenario(
        plan,
        List.of(seconds("churn")),
        trial -> {
          dialled(trial);
          var took = new ArrayList<Double>();
          for (int i = 0; i < RESTARTS; i++) {
            took.add(trial.seconds("restart " + Math.min(RESTARTING, plan.senders())));
          }
          return List.of(new Series(took).median());
        });
  }

  /**
   * Single changes in a process that has done as many before.
   *
   * @param changes of each of the two times
   */
  static Scenario one(Plan plan, int changes) {
    return new Scenario(
        plan,
        List.of(new Figure("one", MICROS), new Figure("one.p99", MICROS)),
        trial -> {
          open(trial);
          trial.ask("announce");
          trial.ask("change " + changes);
          LoadReport report = trial.ask("change " + changes);
          var times =
              new Series(
                  report.all("time").stream().map(nanos -> nanos / NANOS_PER_MICRO).toList());
          return List.of(times.median(), times.percentile(99));
        });
  }

  /** How much later than its KEEPALIVE is due a session hears something, while tables pass. */
  static Scenario stall(Plan plan) {
    double due = plan.holdSeconds() / 3.0;
    return new Scenario(
        plan,
        List.of(seconds("stall")),
        trial -> {
          open(trial);
          return List.of(Math.max(0, trial.silence("stall " + STALL_SECONDS) - due));
        });
  }

  private static void open(Trial trial) {
    trial.startSubject();
    trial.ask("open");
  }

  private static LoadReport dialled(Trial trial) {
    LoadReport dialling = trial.ask("mesh");
    if (!dialling.word().equals("dialling")) {
      throw new RunFailed("the load says " + dialling.word());
    }
    trial.startSubject();
    return trial.next();
  }
}
