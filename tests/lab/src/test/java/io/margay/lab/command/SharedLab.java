package io.margay.lab.command;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a {@link TestLab} with real agents to the set-up methods of several classes: the same one,
 * since it takes seconds to build. It is taken away after the last test of all.
 */
final class SharedLab implements ParameterResolver {
  private static final ExtensionContext.Namespace OWN =
      ExtensionContext.Namespace.create(SharedLab.class);

  private record Up(TestLab lab) implements AutoCloseable {
    @Override
    public void close() {
      try {
        lab.takeAway();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(TestLab.class);
  }

  @Override
  public TestLab resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestLab.isPossible();
    return context
        .getRoot()
        .getStore(OWN)
        .computeIfAbsent(TestLab.class, _ -> new Up(build()), Up.class)
        .lab();
  }

  private static TestLab build() {
    try {
      return new TestLab().up(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
