package io.margay.lab.command;

import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a lab with real agents to the set-up methods of several classes: the same one, since it
 * takes many seconds to build. Who asks for a {@link TestLab} gets one whose pools are as they
 * came, who asks for a {@link TunnelLab} the one that has its pods, who asks for a {@link PoolsLab}
 * the one where tests make pools of any kind. Classes of a kind are neighbours by their {@link
 * org.junit.jupiter.api.Order} and run one behind the other; the lab is taken away when one of
 * another kind is asked for, or after the last test of all. A class leaves it as it found it, but
 * for the last one.
 */
final class SharedLab implements ParameterResolver {
  private static final ExtensionContext.Namespace OWN =
      ExtensionContext.Namespace.create(SharedLab.class);

  private static final Map<Class<?>, Function<TestLab, Object>> KINDS =
      Map.of(
          TestLab.class,
          lab -> lab,
          TunnelLab.class,
          TunnelLab::new,
          PoolsLab.class,
          PoolsLab::new);

  /** Has pools that tests have made: new pods get another MTU when one of them brings a tunnel. */
  record PoolsLab(TestLab lab) {}

  private record Up(Class<?> kind, Object given, TestLab lab) implements AutoCloseable {
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
    return KINDS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestLab.isPossible();
    Class<?> kind = parameter.getParameter().getType();
    ExtensionContext.Store store = context.getRoot().getStore(OWN);
    Up other = store.get(SharedLab.class, Up.class);
    if (other != null && !other.kind().equals(kind)) {
      store.remove(SharedLab.class);
      other.close();
    }
    return store.computeIfAbsent(SharedLab.class, _ -> build(kind), Up.class).given();
  }

  private static Up build(Class<?> kind) {
    try {
      TestLab lab = new TestLab().up(true);
      return new Up(kind, KINDS.getOrDefault(kind, each -> each).apply(lab), lab);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
