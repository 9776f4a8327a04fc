package io.margay.kernel.process;

import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Signals that this process is sent (signal(7)).
 *
 * <p>The only door that Java has to them is sun.misc.Signal of jdk.unsupported. It is opened by
 * reflection, as the compiler's warning about that package cannot be silenced.
 */
public final class Signals {
  private Signals() {}

  /**
   * Runs an action at each SIGHUP, on an executor.
   *
   * @return false when this process was started with SIGHUP ignored (nohup(1)): the JVM then keeps
   *     it so, and nothing will be run
   * @throws IllegalStateException when the JVM lets nobody have the signal (java -Xrs)
   */
  public static boolean onHangup(Executor executor, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handle =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  executor.execute(action);
                  return null;
                }
                return method.invoke(action, arguments); // equals, hashCode, toString
              });
      Object hangup = signal.getConstructor(String.class).newInstance("HUP");
      Object before = signal.getMethod("handle", signal, handler).invoke(null, hangup, handle);
      return !Objects.equals(before, handler.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIGHUP cannot be handled", e);
    }
  }
}
