package io.margay.bgp.session;

import java.net.NoRouteToHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel says of a socket, in its words, without the call that it was told by. */
final class SocketWords {
  /** As Netty writes it: {@code finishConnect(..) failed with error(-111): Connection refused}. */
  private static final Pattern NATIVE =
      Pattern.compile("\\S+\\(\\.\\.\\) failed with error\\(-?(\\d+)\\)(?:: ([^:]+))?.*");

  private static final int EPERM = 1;
  private static final int EACCES = 13;
  private static final int EADDRNOTAVAIL = 99;
  private static final int ECONNRESET = 104;
  private static final int ECONNREFUSED = 111;

  private SocketWords() {}

  /** An error's number, 0 for one that is none of the kernel's, and words. */
  private record Said(int number, String words) {}

  /** Of a socket that is bound or connected: {@code connection reset by peer}. */
  static String of(Throwable cause) {
    return said(cause).words();
  }

  /** Of an attempt to connect: {@code connection refused by 10.0.0.2:179}. */
  static String dialling(Throwable cause, DialTarget target) {
    Said said = said(cause);
    return switch (said.number()) {
      case ECONNREFUSED, ECONNRESET -> withoutPeer(said.words()) + " by " + target.remote();
      case EADDRNOTAVAIL ->
          target
              .source()
              .map(ip -> said.words() + ": " + ip + " is no address of this node")
              .orElse(said.words() + ": no own one is left towards " + target.remote());
      case EPERM, EACCES ->
          said.words() + ": a rule of this node forbids packets to " + target.remote();
      default -> said.words() + ": " + target.remote();
    };
  }

  private static Said said(Throwable cause) {
    if (cause instanceof NoRouteToHostException) {
      // Netty keeps nothing of it: unreachable host or network.
      return new Said(0, "no route to host");
    }
    String message = String.valueOf(cause.getMessage());
    Matcher m = NATIVE.matcher(message);
    if (!m.matches()) {
      return new Said(0, message);
    }
    int number = Integer.parseInt(m.group(1));
    String words = m.group(2) == null ? "error " + number : lowered(m.group(2).strip());
    return new Said(number, words);
  }

  private static String withoutPeer(String words) {
    return words.replace(" by peer", "");
  }

  private static String lowered(String words) {
    return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
  }
}
