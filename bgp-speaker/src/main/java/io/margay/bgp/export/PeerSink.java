package io.margay.bgp.export;

import io.margay.foundation.addr.Family;

/** Where a member's bytes go. */
public interface PeerSink {
  /** True when it takes more; if not, whoever owns it comes back when it does. */
  boolean hasRoom();

  /** Takes UPDATEs; their bytes are released by it. */
  void send(Message message);

  /** All that was chosen so far was sent (RFC 4724, 2). */
  void endOfRib(Family family);

  /** All that was to be sent again was sent (RFC 7313, 4). */
  void endOfRefresh(Family family);
}
