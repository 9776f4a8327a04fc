package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Family;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** NOTIFICATION (RFC 4271, 4.5 and 6; 4486; 6608; 8538; 9003): why a session ends. */
public record NotificationMessage(int code, int subcode, Octets data) implements BgpMessage {
  public static final int HEADER_ERROR = 1;
  public static final int OPEN_ERROR = 2;
  public static final int UPDATE_ERROR = 3;
  public static final int HOLD_TIMER_ERROR = 4;
  public static final int FSM_ERROR = 5;
  public static final int CEASE = 6;
  public static final int ROUTE_REFRESH_ERROR = 7;
  public static final int SEND_HOLD_ERROR = 8;

  public static final int BAD_MARKER = 1;
  public static final int BAD_LENGTH = 2;
  public static final int BAD_TYPE = 3;

  public static final int OPEN_VERSION = 1;
  public static final int OPEN_PEER_AS = 2;
  public static final int OPEN_IDENTIFIER = 3;
  public static final int OPEN_PARAMETER = 4;
  public static final int OPEN_HOLD_TIME = 6;
  public static final int OPEN_CAPABILITY = 7;
  public static final int OPEN_ROLE = 11;

  public static final int UPDATE_MALFORMED = 1;
  public static final int UPDATE_OPTIONAL = 9;
  public static final int UPDATE_NETWORK = 10;

  public static final int TOO_MANY_PREFIXES = 1;
  public static final int ADMINISTRATIVE_SHUTDOWN = 2;
  public static final int PEER_DECONFIGURED = 3;
  public static final int CONNECTION_REJECTED = 5;
  public static final int OTHER_CONFIGURATION_CHANGE = 6;
  public static final int COLLISION_RESOLUTION = 7;
  public static final int OUT_OF_RESOURCES = 8;
  public static final int HARD_RESET = 9;

  /** Nothing was heard for the hold time. */
  public static final NotificationMessage HOLD_TIMER_EXPIRED = of(HOLD_TIMER_ERROR, 0);

  /** The peer left unread what it was sent (RFC 9687). */
  public static final NotificationMessage SEND_HOLD_EXPIRED = of(SEND_HOLD_ERROR, 0);

  public static NotificationMessage of(int code, int subcode) {
    return new NotificationMessage(code, subcode, Octets.EMPTY);
  }

  public static NotificationMessage of(int code, int subcode, Octets data) {
    return new NotificationMessage(code, subcode, data);
  }

  /** A CEASE. */
  public static NotificationMessage cease(int subcode) {
    return of(CEASE, subcode);
  }

  /** The session is taken down by hand; the text is for the people there (RFC 9003, 2). */
  public static NotificationMessage shutdown(String text) {
    return of(CEASE, ADMINISTRATIVE_SHUTDOWN, MessageEncoder.shutdownText(text));
  }

  /** RFC 4486, 4: the data is the family and its limit. */
  public static NotificationMessage tooManyPrefixes(Family family, int limit) {
    return of(
        CEASE,
        TOO_MANY_PREFIXES,
        Octets.of(
            (byte) 0,
            (byte) family.afi(),
            (byte) Capability.SAFI_UNICAST,
            (byte) (limit >>> 24),
            (byte) (limit >>> 16),
            (byte) (limit >>> 8),
            (byte) limit));
  }

  /** This one inside of a CEASE that asks for all routes to be dropped (RFC 8538, 3.1). */
  public NotificationMessage asHardReset() {
    byte[] inner = data.toBytes();
    byte[] outer = new byte[inner.length + 2];
    outer[0] = (byte) code;
    outer[1] = (byte) subcode;
    System.arraycopy(inner, 0, outer, 2, inner.length);
    return of(CEASE, HARD_RESET, Octets.of(outer));
  }

  /** True when nothing of the sender is to be kept, whatever was agreed (RFC 8538, 3.1). */
  public boolean isHardReset() {
    return code == CEASE && subcode == HARD_RESET;
  }

  /** True when the sender takes no capabilities, as it does not know their parameter. */
  public boolean isUnsupportedParameter() {
    return code == OPEN_ERROR && subcode == OPEN_PARAMETER;
  }

  /** For people: {@code 6/2 Administrative Shutdown: "back at noon"}. */
  public String text() {
    return code + "/" + subcode + " " + NotificationNames.of(code, subcode) + details();
  }

  private String details() {
    if (data.length() == 0) {
      return "";
    }
    if (isHardReset() && data.length() >= 2) {
      byte[] bytes = data.toBytes();
      byte[] inner = Arrays.copyOfRange(bytes, 2, bytes.length);
      return ": " + of(data.unsigned(0), data.unsigned(1), Octets.of(inner)).text();
    }
    boolean hasText = code == CEASE && (subcode == 2 || subcode == 4);
    if (hasText && data.unsigned(0) == data.length() - 1) {
      // RFC 9003, 2: one byte of length, then UTF-8
      byte[] bytes = data.toBytes();
      return ": \"" + new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8) + "\"";
    }
    if (code == CEASE && subcode == TOO_MANY_PREFIXES && data.length() == 7) {
      long limit = 0;
      for (int i = 3; i < 7; i++) {
        limit = limit << 8 | data.unsigned(i);
      }
      int afi = data.unsigned(0) << 8 | data.unsigned(1);
      return ": more than " + limit + " of family " + afi + "/" + data.unsigned(2);
    }
    return ", data " + data;
  }
}
