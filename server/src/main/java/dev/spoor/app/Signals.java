package dev.spoor.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The signals by which the system asks a process to end.
final class Signals {

  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /// Calls `asked` with the number of each SIGTERM and SIGINT from now on, on a thread that is not
  /// needed for anything else. Where that is not possible the JVM goes on to end by itself.
  ///
  /// `sun.misc.Signal` is the one way to see a second signal, and to end with 0 after SIGTERM
  /// without cutting off what others do at the end. By reflection, since the compiler warns of its
  /// name.
  static void onTermination(IntConsumer asked) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      for (String name : List.of("TERM", "INT")) {
        Object ofName = signal.getConstructor(String.class).newInstance(name);
        int number = (int) signal.getMethod("getNumber").invoke(ofName);
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, ofName, handlerOf(handler, number, asked));
      }
    } catch (ReflectiveOperationException | RuntimeException taken) { // such as by -Xrs
      log.warn("signals can't be handled; the JVM ends at the first one, with its own code", taken);
    }
  }

  private static Object handlerOf(Class<?> type, int number, IntConsumer asked) {
    InvocationHandler calls =
        (self, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                asked.accept(number);
                yield null;
              }
              case "hashCode" -> System.identityHashCode(self);
              case "equals" -> arguments != null && self == arguments[0];
              default -> "handler of signal " + number;
            };
    return Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {type}, calls);
  }
}
