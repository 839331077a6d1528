package dev.spoor.platform.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts components in order and closes them in the opposite order. One thread starts; another may
/// close meanwhile: then nothing more is started, and the start fails.
public final class Components implements Component {

  private static final Logger log = LoggerFactory.getLogger(Components.class);

  private final List<Component> components;

  /// Guarded by itself.
  private final Deque<Component> started = new ArrayDeque<>();

  /// Guarded by `started`.
  private boolean closed;

  public Components(List<Component> components) {
    this.components = List.copyOf(components);
  }

  /// Starts one after the other; when one fails, those before it are closed again.
  @Override
  public void start() throws Exception {
    try {
      for (Component component : components) {
        begin(component);
        component.start();
      }
    } catch (Exception | Error failure) {
      close();
      throw failure;
    }
  }

  @Override
  public void close() {
    for (Component component = next(); component != null; component = next()) {
      try {
        component.close();
      } catch (RuntimeException failure) {
        log.error("closing {} failed", component.getClass().getSimpleName(), failure);
      }
    }
  }

  private void begin(Component component) {
    synchronized (started) {
      if (closed) {
        throw new IllegalStateException("stopped while starting");
      }
      started.push(component);
    }
  }

  /// The one to be closed next; null when all are.
  private @Nullable Component next() {
    synchronized (started) {
      closed = true;
      return started.poll();
    }
  }
}
