package io.margay.foundation.tree;

/**
 * One thing that is wrong in what somebody wrote.
 *
 * @param source which document: {@code IPPool "east"}, a file name
 * @param path where in it: {@code spec.blockSize}, {@code spec.ingress[0].from[1].ipBlock.cidr}
 * @param found what stands there
 * @param expected what may stand there
 */
public record Problem(String source, String path, String found, String expected) {
  /** One sentence: {@code IPPool "east": spec.blockSize is 33; expected 20 to 32}. */
  @Override
  public String toString() {
    return source + ": " + path + " is " + found + "; expected " + expected;
  }
}
