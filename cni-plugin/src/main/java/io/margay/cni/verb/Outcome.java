package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniResult;

/** How a command ended. */
public sealed interface Outcome {
  /** With a result to print: ADD. */
  record Made(CniResult result) implements Outcome {}

  /** Well, and with nothing to print. */
  record Done() implements Outcome {}

  /** Not; the error says why. */
  record Failed(CniError error) implements Outcome {}
}
