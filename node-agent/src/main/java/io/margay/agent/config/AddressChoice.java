package io.margay.agent.config;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.util.Optional;
import java.util.OptionalInt;

/** Where this node's BGP address comes from (IP, IP6). */
public sealed interface AddressChoice {
  /** The annotation that is there, else detection. */
  record KeepOrDetect() implements AddressChoice {}

  /** The annotation that is there, else no address: IP6 without a value. */
  record Keep() implements AddressChoice {}

  /** Detection at each start, and again while the agent runs. */
  record Detect() implements AddressChoice {}

  /** None is looked for; the annotation that is there stays. */
  record None() implements AddressChoice {}

  /** This one; without a length the interface that carries it gives one, else it is a host's. */
  record Fixed(Ip ip, OptionalInt length) implements AddressChoice {}

  /** Reads the variable's words: nothing, autodetect, none, a.b.c.d, a.b.c.d/len. */
  static Optional<AddressChoice> parse(Family family, String text) {
    return switch (text) {
      case "", "keep" ->
          Optional.of(
              switch (family) {
                case IPV4 -> new KeepOrDetect();
                case IPV6 -> new Keep();
              });
      case "autodetect" -> Optional.of(new Detect());
      case "none" -> Optional.of(new None());
      default -> fixed(text).filter(fixed -> fixed.ip().family() == family).map(fixed -> fixed);
    };
  }

  private static Optional<Fixed> fixed(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Ip.parse(text).map(ip -> new Fixed(ip, OptionalInt.empty()));
    }
    return InterfaceAddress.parse(text)
        .map(address -> new Fixed(address.ip(), OptionalInt.of(address.length())));
  }
}
