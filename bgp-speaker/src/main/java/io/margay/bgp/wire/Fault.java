package io.margay.bgp.wire;

/** What a bad UPDATE costs its sender (RFC 7606, 2), weakest first. */
public sealed interface Fault {
  /** Nothing is wrong. */
  Fault NONE = new None();

  /** Nothing is wrong. */
  record None() implements Fault {}

  /** The attribute is left out, the rest is used. */
  record Discard(int attribute, Cause cause, int found) implements Fault {}

  /** All that the message announces is withdrawn. */
  record TreatAsWithdraw(int attribute, Cause cause, int found) implements Fault {}

  /** The session ends with this NOTIFICATION. */
  record SessionReset(NotificationMessage notification) implements Fault {}

  /** What is wrong with an attribute; {@code found} is the length, value, flags or code seen. */
  enum Cause {
    LENGTH,
    VALUE,
    FLAGS,
    DUPLICATE,
    MISSING,
    /** Not to be sent by such a peer. */
    SENDER
  }

  /** 0 for none, 3 for a reset: the strongest of a message wins. */
  static int strength(Fault fault) {
    return switch (fault) {
      case None _ -> 0;
      case Discard _ -> 1;
      case TreatAsWithdraw _ -> 2;
      case SessionReset _ -> 3;
    };
  }

  /** For people: {@code ORIGIN: VALUE 7, treated as withdraw}. */
  static String text(Fault fault) {
    return switch (fault) {
      case None _ -> "no fault";
      case Discard(int attribute, Cause cause, int found) ->
          AttributeCode.name(attribute) + ": " + cause + " " + found + ", discarded";
      case TreatAsWithdraw(int attribute, Cause cause, int found) ->
          AttributeCode.name(attribute) + ": " + cause + " " + found + ", treated as withdraw";
      case SessionReset(var notification) -> notification.text() + ", session reset";
    };
  }
}
