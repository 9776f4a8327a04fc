package io.margay.bench.bgp;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.CProgram;
import io.margay.bench.host.Room;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run: a subject and the load, both fresh, alone in a network namespace. */
final class Trial implements AutoCloseable {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double MIB = 1024 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final String LOOPBACK = "lo";

  private final Subject subject;
  private final Plan plan;
  private final Room room;
  private final Load load;
  private Optional<Running> running = Optional.empty();

  private Trial(Subject subject, Plan plan, Room room, Load load) {
    this.subject = subject;
    this.plan = plan;
    this.room = room;
    this.load = load;
  }

  /** Makes the namespace and starts the load, which does nothing yet. */
  static Trial open(Subject subject, Plan plan, CProgram load) {
    Room room = Room.open();
    try (Netns netns = room.netns();
        Rtnl rtnl = Rtnl.in(netns)) {
      int loopback = rtnl.link(LOOPBACK).orElseThrow().index();
      rtnl.run(new LinkRequest.SetUp(loopback, true));
      // On this device every address of the network is a local one.
      var address = new InterfaceAddress(Plan.ADDRESS, Plan.ADDRESS_LENGTH);
      rtnl.run(new AddressRequest.Replace(AddressEntry.of(loopback, address)));
      return new Trial(subject, plan, room, Load.start(load, room, plan, subject.saysEndOfRib()));
    } catch (RuntimeException e) {
      room.close();
      throw e;
    }
  }

  /** Starts the subject and waits until it takes connections. */
  void startSubject() {
    Running started = Running.start(subject, plan, room);
    running = Optional.of(started);
    try {
      started.awaitListening();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static RunFailed interrupted() {
    Thread.currentThread().interrupt();
    return new RunFailed("interrupted");
  }

  /** What an idle one needs at most, in MiB; it is stopped again. */
  double idleMib() {
    startSubject();
    try {
      Thread.sleep(IDLE);
    } catch (InterruptedException e) {
      throw interrupted();
    }
    double idle = peakMib();
    running.orElseThrow().close();
    running = Optional.empty();
    return idle;
  }

  /** The load's answer to a command. */
  LoadReport ask(String command) {
    return explained(() -> load.ask(command));
  }

  /** The load's next line. */
  LoadReport next() {
    return explained(load::next);
  }

  /** How long a step took. */
  double seconds(String command) {
    return seconds(ask(command));
  }

  static double seconds(LoadReport report) {
    return report.took() / NANOS;
  }

  /** The longest that the subject said nothing on a session, in a step of that command. */
  double silence(String command) {
    return ask(command).value("silence") / NANOS;
  }

  /** The subject's peak of resident memory until now. */
  double peakMib() {
    return running.orElseThrow().peakBytes() / MIB;
  }

  private interface Answer {
    LoadReport get();
  }

  private LoadReport explained(Answer answer) {
    try {
      return answer.get();
    } catch (RunFailed e) {
      String said = running.map(Running::lastWords).orElse("");
      throw new RunFailed(e.getMessage() + (said.isEmpty() ? "" : "; it said " + said));
    }
  }

  @Override
  public void close() {
    load.close();
    running.ifPresent(Running::close);
    room.close();
  }
}
