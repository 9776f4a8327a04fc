package io.margay.bench.frame;

/** One side could not end a run, its message says why. The other side and other benches go on. */
public final class RunFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunFailed(String why) {
    super(why);
  }
}
