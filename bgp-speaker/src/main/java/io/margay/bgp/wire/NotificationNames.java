package io.margay.bgp.wire;

/** What codes and subcodes of NOTIFICATIONs are called (IANA, BGP Error Codes). */
final class NotificationNames {
  private static final String[] HEADER = {
    "", "Connection Not Synchronized", "Bad Message Length", "Bad Message Type"
  };
  private static final String[] OPEN = {
    "",
    "Unsupported Version Number",
    "Bad Peer AS",
    "Bad BGP Identifier",
    "Unsupported Optional Parameter",
    "Authentication Failure",
    "Unacceptable Hold Time",
    "Unsupported Capability",
    "",
    "",
    "",
    "Role Mismatch"
  };
  private static final String[] UPDATE = {
    "",
    "Malformed Attribute List",
    "Unrecognized Well-known Attribute",
    "Missing Well-known Attribute",
    "Attribute Flags Error",
    "Attribute Length Error",
    "Invalid ORIGIN Attribute",
    "AS Routing Loop",
    "Invalid NEXT_HOP Attribute",
    "Optional Attribute Error",
    "Invalid Network Field",
    "Malformed AS_PATH"
  };
  private static final String[] FSM = {
    "",
    "Unexpected Message in OpenSent",
    "Unexpected Message in OpenConfirm",
    "Unexpected Message in Established"
  };
  private static final String[] CEASE = {
    "",
    "Maximum Number of Prefixes Reached",
    "Administrative Shutdown",
    "Peer De-configured",
    "Administrative Reset",
    "Connection Rejected",
    "Other Configuration Change",
    "Connection Collision Resolution",
    "Out of Resources",
    "Hard Reset",
    "BFD Down"
  };
  private static final String[] REFRESH = {"", "Invalid Message Length"};

  private NotificationNames() {}

  static String of(int code, int subcode) {
    return switch (code) {
      case NotificationMessage.HEADER_ERROR -> name("Message Header Error", HEADER, subcode);
      case NotificationMessage.OPEN_ERROR -> name("OPEN Message Error", OPEN, subcode);
      case NotificationMessage.UPDATE_ERROR -> name("UPDATE Message Error", UPDATE, subcode);
      case NotificationMessage.HOLD_TIMER_ERROR -> "Hold Timer Expired";
      case NotificationMessage.FSM_ERROR -> name("Finite State Machine Error", FSM, subcode);
      case NotificationMessage.CEASE -> name("Cease", CEASE, subcode);
      case NotificationMessage.ROUTE_REFRESH_ERROR ->
          name("ROUTE-REFRESH Message Error", REFRESH, subcode);
      case NotificationMessage.SEND_HOLD_ERROR -> "Send Hold Timer Expired";
      default -> "unknown";
    };
  }

  private static String name(String group, String[] names, int subcode) {
    return subcode < names.length && !names[subcode].isEmpty() ? names[subcode] : group;
  }
}
