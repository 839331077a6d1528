package dev.spoor.platform.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts components in order and closes them in the opposite order. One thread at a time.
public final class Components implements Component {

  private static final Logger log = LoggerFactory.getLogger(Components.class);

  private final List<Component> components;
  private final Deque<Component> started = new ArrayDeque<>();

  public Components(List<Component> components) {
    this.components = List.copyOf(components);
  }

  /// Starts one after the other; when one fails, those before it are closed again.
  @Override
  public void start() throws Exception {
    try {
      for (Component component : components) {
        started.push(component);
        component.start();
      }
    } catch (Exception | Error failure) {
      close();
      throw failure;
    }
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      Component component = started.pop();
      try {
        component.close();
      } catch (RuntimeException failure) {
        log.error("closing {} failed", component.getClass().getSimpleName(), failure);
      }
    }
  }
}
