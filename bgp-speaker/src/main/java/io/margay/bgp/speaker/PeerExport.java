package io.margay.bgp.speaker;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.ExportPeer;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.Map;

/** What a peer is told in one session: with others of its group, or alone. Owned by bgp-core. */
sealed interface PeerExport permits SharedExport, LoneExport {
  /** Other rules hold: what they change is told. */
  void reexport(ExportPeer peer);

  /** Behind all that was chosen so far the families' End-of-RIB is due (RFC 4724, 2). */
  void endOfRibAfterwards(Collection<Family> families);

  /** What the peer was told is told again, and End-of-RIB behind it (RFC 2918, 4). */
  void sendAgain(Collection<Family> families);

  /** The peer wants the family's routes again, between marks (RFC 7313). */
  void refreshWanted(Family family);

  /** Sends what is the peer's alone, as far as there is room; true when more could be sent now. */
  boolean flush(int slice);

  /** True when several paths to the prefix may be told (RFC 7911). */
  boolean hasSeveral(Prefix prefix);

  /** What the peer was told of a prefix, by path identifiers; 0 where it gets one path. */
  Map<Integer, Attributes> told(Prefix prefix);

  /** How many routes the peer knows. */
  int size();

  /** The session is over. */
  void close();
}
