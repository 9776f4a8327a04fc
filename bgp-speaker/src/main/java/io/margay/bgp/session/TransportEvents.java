package io.margay.bgp.session;

import io.margay.bgp.wire.BgpMessage;
import io.margay.foundation.addr.Ip;
import java.util.List;

/** What happens on connections. Called on bgp-io threads, in order for each connection. */
public interface TransportEvents {
  /** Somebody from a known address connected; nothing is read until {@link PeerChannel#admit}. */
  void accepted(PeerChannel channel);

  /** All whole messages of one read; to be answered by {@link PeerChannel#consumed}. */
  void received(PeerChannel channel, List<BgpMessage> messages);

  /** The other side closed the connection, or it broke. Not told of what was closed here. */
  void lost(PeerChannel channel, String detail);

  /**
   * Behind {@link #accepted} and {@link #received}, when all sockets that had something were read:
   * time to work it off.
   */
  void handedOver();

  /** There is room again for what {@link PeerChannel#hasRoom} had none for. */
  void roomAgain(PeerChannel channel);

  /** An address is listened on from now on. */
  void listening(Ip address, int port);

  /** An address could not be listened on. */
  void listenFailed(Ip address, int port, String detail);
}
