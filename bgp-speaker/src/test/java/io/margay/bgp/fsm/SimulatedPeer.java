package io.margay.bgp.fsm;

import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.time.Scheduler;
import io.margay.foundation.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;

/** A machine on a simulated network: messages take their time, but keep their order. */
final class SimulatedPeer {
  private static int nextId;

  final List<SessionAction> sessions = new ArrayList<>();
  private final VirtualTime time;
  private final Random chance;
  private final SessionMachine machine;
  private final Map<Integer, Pipe> pipes = new HashMap<>();
  private final Map<SessionTimer, Scheduler.Task> timers = new EnumMap<>(SessionTimer.class);
  private SessionState state = SessionMachine.initial();
  private Optional<SimulatedPeer> other = Optional.empty();
  private int attempt;
  private boolean alive = true;

  /** One direction of a connection; arrivals are never earlier than those before. */
  private final class Pipe {
    final SimulatedPeer to;
    final int idThere;
    long lastArrival;

    Pipe(SimulatedPeer to, int idThere) {
      this.to = to;
      this.idThere = idThere;
    }

    void send(IntFunction<SessionEvent> event) {
      lastArrival = Math.max(time.nanos() + delay().toNanos(), lastArrival + 1);
      time.after(Duration.ofNanos(lastArrival - time.nanos()), () -> to.arrive(idThere, event));
    }
  }

  SimulatedPeer(
      VirtualTime time, Random chance, OpenMessage open, long remoteAs, Duration delayOpen) {
    this.time = time;
    this.chance = chance;
    SessionConfig config = Sessions.delaying(Sessions.config(remoteAs, false, open), delayOpen);
    this.machine = new SessionMachine(config, chance);
  }

  void meets(SimulatedPeer peer) {
    other = Optional.of(peer);
  }

  void start() {
    step(new SessionEvent.Start());
  }

  /** Is gone, as a machine without power: nobody is told. */
  void vanish() {
    alive = false;
    pipes.clear();
  }

  SessionState state() {
    return state;
  }

  long timesUp() {
    return sessions.stream().filter(a -> a instanceof SessionAction.Up).count();
  }

  /** True when both are up on the same connection. */
  boolean sharesSessionWith(SimulatedPeer peer) {
    return state instanceof SessionState.Established mine
        && peer.state instanceof SessionState.Established theirs
        && pipes.containsKey(mine.link().id())
        && pipes.get(mine.link().id()).idThere == theirs.link().id();
  }

  private Duration delay() {
    return Duration.ofNanos(1000L * (100 + chance.nextInt(30_000)));
  }

  private void arrive(int id, IntFunction<SessionEvent> event) {
    if (!alive || !pipes.containsKey(id)) {
      return;
    }
    SessionEvent arrived = event.apply(id);
    if (arrived instanceof SessionEvent.ConnectionLost) {
      pipes.remove(id);
    }
    step(arrived);
  }

  private void step(SessionEvent event) {
    if (!alive) {
      return;
    }
    Step step = machine.step(state, event);
    state = step.next();
    step.actions().forEach(this::run);
  }

  private void run(SessionAction action) {
    switch (action) {
      case SessionAction.Dial _ -> dial();
      case SessionAction.StopDial _ -> attempt++;
      case SessionAction.SendOpen(int id, var open) ->
          pipe(id).ifPresent(p -> p.send(there -> new SessionEvent.OpenReceived(there, open)));
      case SessionAction.SendKeepalive(int id) ->
          pipe(id).ifPresent(p -> p.send(SessionEvent.KeepaliveReceived::new));
      case SessionAction.Close(int id, var last) -> {
        pipe(id)
            .ifPresent(p -> {
              last.ifPresent(n -> p.send(there -> new SessionEvent.NotificationReceived(there, n)));
              p.send(there -> new SessionEvent.ConnectionLost(there, "closed"));
            });
        pipes.remove(id);
      }
      case SessionAction.Arm(var timer, var after) -> {
        cancel(timer);
        timers.put(timer, time.after(after, () -> step(expired(timer))));
      }
      case SessionAction.Cancel(var timer) -> cancel(timer);
      case SessionAction.Up _, SessionAction.Down _ -> sessions.add(action);
      case SessionAction.Agree _, SessionAction.Failed _, SessionAction.SendRoutesAgain _ -> {}
    }
  }

  private void dial() {
    int current = ++attempt;
    SimulatedPeer peer = other.orElseThrow();
    int idHere = ++nextId;
    int idThere = ++nextId;
    time.after(
        delay(),
        () -> {
          if (!peer.alive) {
            time.after(
                delay(),
                () -> {
                  if (current == attempt) {
                    step(new SessionEvent.ConnectFailed("nobody there"));
                  }
                });
            return;
          }
          // What the peer says at once arrives behind the news that it is connected.
          Duration handshake = delay();
          var back = peer.new Pipe(this, idHere);
          back.lastArrival = time.nanos() + handshake.toNanos();
          peer.pipes.put(idThere, back);
          time.after(handshake, () -> connected(current, peer, idHere, idThere));
          peer.step(new SessionEvent.Accepted(idThere));
        });
  }

  private void connected(int current, SimulatedPeer peer, int idHere, int idThere) {
    var pipe = new Pipe(peer, idThere);
    if (current != attempt) {
      pipe.send(there -> new SessionEvent.ConnectionLost(there, "given up"));
    } else if (!peer.pipes.containsKey(idThere)) {
      step(new SessionEvent.ConnectFailed("closed at once"));
    } else {
      pipes.put(idHere, pipe);
      step(new SessionEvent.Connected(idHere));
    }
  }

  private Optional<Pipe> pipe(int id) {
    return Optional.ofNullable(pipes.get(id));
  }

  private void cancel(SessionTimer timer) {
    Optional.ofNullable(timers.remove(timer)).ifPresent(Scheduler.Task::cancel);
  }

  private static SessionEvent expired(SessionTimer timer) {
    return switch (timer) {
      case CONNECT_RETRY -> new SessionEvent.ConnectRetryExpired();
      case DELAY_OPEN -> new SessionEvent.DelayOpenExpired();
      case IDLE_HOLD -> new SessionEvent.IdleHoldExpired();
      case HOLD -> new SessionEvent.HoldExpired();
      case KEEPALIVE -> new SessionEvent.KeepaliveDue();
      case RIVAL -> new SessionEvent.RivalExpired();
    };
  }
}
