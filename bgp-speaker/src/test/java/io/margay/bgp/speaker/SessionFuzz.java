package io.margay.bgp.speaker;

import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.fsm.SessionAction;
import io.margay.bgp.fsm.SessionConfig;
import io.margay.bgp.fsm.SessionEvent;
import io.margay.bgp.fsm.SessionMachine;
import io.margay.bgp.fsm.SessionState;
import io.margay.bgp.fsm.Step;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.Hearing;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.bgp.wire.Framing;
import io.margay.bgp.wire.KeepaliveMessage;
import io.margay.bgp.wire.MalformedMessage;
import io.margay.bgp.wire.MessageDecoder;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.Runs;
import io.margay.bgp.wire.UpdateRun;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * All that a peer says in one connection, from its OPEN on: framing, decoder, machine and RIB
 * without the sockets between them. A RIB that has forgotten the peer is empty.
 */
public final class SessionFuzz {
  private static final int CONNECTION = 1;
  private static final long OWN_AS = 64512;
  private static final Ip4 OWN_ID = Ip4.of("10.90.0.1");
  private static final OpenMessage OPEN =
      new OpenMessage(
          4,
          OpenMessage.shortAs(OWN_AS),
          90,
          OWN_ID,
          List.of(
              new Capability.Multiprotocol(1, 1),
              new Capability.Multiprotocol(2, 1),
              new Capability.GracefulRestart(
                  false, false, 120, List.of(new Capability.RestartFamily(1, 1, true))),
              new Capability.FourOctetAs(OWN_AS)));

  private final SessionMachine machine;
  private final LocRib rib =
      new LocRib(new Identity(OWN_ID, Optional.of(OWN_ID), Set.of(Ip.of("10.90.0.1"))));
  private final AdjRibIn adjRibIn;
  private SessionState state = SessionMachine.initial();
  private WireFormat format = WireFormat.NONE;
  private boolean closed;

  private SessionFuzz(long remoteAs) {
    var config =
        new SessionConfig(
            OWN_AS,
            remoteAs,
            OPEN,
            false,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Optional.empty());
    machine = new SessionMachine(config, new SplittableRandom(1));
    var neighbour =
        new Neighbour(
            "fuzz",
            PeerKind.GLOBAL,
            Ip.of("10.90.0.2"),
            remoteAs,
            OWN_AS,
            Ip4.of("10.90.0.2"),
            true,
            0);
    adjRibIn = rib.open(neighbour, ImportPolicy.ACCEPT);
  }

  /** Jazzer's entry: throws for a finding. A peer of our AS, and one of another. */
  public static void fuzzerTestOneInput(byte[] input) {
    new SessionFuzz(OWN_AS).live(input);
    new SessionFuzz(64513).live(input);
  }

  private void live(byte[] input) {
    step(new SessionEvent.Start());
    step(new SessionEvent.Connected(CONNECTION));
    ByteBuf in = Unpooled.wrappedBuffer(input);
    while (!closed) {
      int length = Framing.length(in, format.maxLength());
      if (length == Framing.BAD) {
        receive(new MalformedMessage(Framing.headerFault(in)));
        break;
      }
      if (length == Framing.INCOMPLETE || length > in.readableBytes()) {
        break;
      }
      receive(MessageDecoder.decode(in, length, format));
    }
    decide();
    for (Family family : Family.values()) {
      rib.purge(adjRibIn, family);
    }
    decide();
    if (rib.size() != 0 || rib.attributeSets() != 0) {
      throw new AssertionError(rib.size() + " routes, " + rib.attributeSets() + " sets are left");
    }
  }

  private void decide() {
    while (rib.hasMarked()) {
      rib.decide(64);
    }
  }

  private void receive(BgpMessage message) {
    switch (message) {
      case OpenMessage open -> step(new SessionEvent.OpenReceived(CONNECTION, open));
      case KeepaliveMessage _ -> step(new SessionEvent.KeepaliveReceived(CONNECTION));
      case NotificationMessage n -> step(new SessionEvent.NotificationReceived(CONNECTION, n));
      case RouteRefreshMessage _ -> step(new SessionEvent.RefreshReceived(CONNECTION));
      case MalformedMessage(var answer) ->
          step(new SessionEvent.MalformedReceived(CONNECTION, answer));
      case UpdateRun run -> run.updates().forEach(this::receive);
      case DecodedUpdate update -> {
        step(new SessionEvent.UpdateReceived(CONNECTION));
        if (state instanceof SessionState.Established) {
          take(update);
        }
      }
    }
  }

  private void take(DecodedUpdate update) {
    Hearing.say(rib, adjRibIn, Runs.of(update));
    update.endOfRib().ifPresent(family -> rib.purgeStale(adjRibIn, family));
    rib.decide(64);
  }

  private void step(SessionEvent event) {
    Step step = machine.step(state, event);
    state = step.next();
    for (SessionAction action : step.actions()) {
      switch (action) {
        case SessionAction.Agree(_, var agreed) -> format = agreed.format();
        case SessionAction.Close _ -> closed = true;
        default -> {} // timers, and what is sent
      }
    }
  }
}
