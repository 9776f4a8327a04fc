package io.margay.bgp.speaker;

import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.session.Transport;
import io.margay.bgp.wire.NotificationMessage;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The connections of one peer, and the one that is being dialled. Owned by bgp-core. */
final class PeerLinks {
  private final SpeakerCore core;
  private final PeerSession session;
  private final Int2ObjectOpenHashMap<PeerChannel> channels = new Int2ObjectOpenHashMap<>();
  private final Int2LongOpenHashMap batches = new Int2LongOpenHashMap();
  private Transport.@Nullable Dialling dialling;
  private int attempt;

  PeerLinks(SpeakerCore core, PeerSession session) {
    this.core = core;
    this.session = session;
  }

  Collection<PeerChannel> all() {
    return channels.values();
  }

  Optional<PeerChannel> get(int id) {
    return Optional.ofNullable(channels.get(id));
  }

  boolean has(int id) {
    return channels.containsKey(id);
  }

  void add(PeerChannel channel) {
    channels.put(channel.id(), channel);
    core.own(channel.id(), session);
  }

  /** True when the connection was one of these. */
  boolean remove(PeerChannel channel) {
    boolean ours = channels.remove(channel.id()) != null;
    if (ours) {
      batches.remove(channel.id());
      core.forget(channel.id());
      session.record().closed(channel);
    }
    return ours;
  }

  /** A read brought something. */
  void heard(int id) {
    batches.addTo(id, 1);
  }

  /** Reads of a connection that brought something. */
  long batches(int id) {
    return batches.get(id);
  }

  void close(int id, Optional<NotificationMessage> last) {
    PeerChannel channel = channels.get(id);
    if (channel != null) {
      channel.close(last);
      remove(channel);
    }
  }

  /** Dials; an older attempt is given up. */
  void dial(PeerConfig.Link link, BiConsumer<Optional<PeerChannel>, String> outcome) {
    stopDial();
    int current = attempt;
    dialling =
        core.dial(
            link,
            (channel, detail) -> {
              if (current == attempt) {
                dialling = null;
                outcome.accept(channel, detail);
              } else {
                channel.ifPresent(late -> late.close(Optional.empty()));
              }
            });
  }

  /** What an attempt that was given up still has to say does not count. */
  void stopDial() {
    attempt++;
    if (dialling != null) {
      dialling.cancel();
      dialling = null;
    }
  }
}
