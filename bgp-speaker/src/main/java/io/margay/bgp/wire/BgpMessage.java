package io.margay.bgp.wire;

/** A message that came from a peer (RFC 4271, 4), or a run of UPDATEs that came as one. */
public sealed interface BgpMessage
    permits OpenMessage,
        DecodedUpdate,
        UpdateRun,
        NotificationMessage,
        KeepaliveMessage,
        RouteRefreshMessage,
        MalformedMessage {
  /** Bytes of marker, length and type. */
  int HEADER = 19;

  /** Longest message (RFC 4271, 4.1). */
  int MAX_LENGTH = 4096;

  /** Longest message of speakers that both know extended ones (RFC 8654, 3). */
  int MAX_EXTENDED = 65535;

  int TYPE_OPEN = 1;
  int TYPE_UPDATE = 2;
  int TYPE_NOTIFICATION = 3;
  int TYPE_KEEPALIVE = 4;
  int TYPE_ROUTE_REFRESH = 5;
}
