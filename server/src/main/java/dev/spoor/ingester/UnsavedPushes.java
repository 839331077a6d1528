package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pushes of a tenant that can't be taken apart and could not be set aside either: as long as
/// there is one, the log keeps it, and nothing behind it is cut. Safe for many threads.
final class UnsavedPushes {

  private static final Logger log = LoggerFactory.getLogger(UnsavedPushes.class);

  private final Tenant tenant;
  private final IngesterContext context;

  /// In the order of the log; guarded by this.
  private final List<Logged> pushes = new ArrayList<>();

  /// Why the last attempt failed; written under the lock of this.
  private volatile Optional<String> problem = Optional.empty();

  UnsavedPushes(Tenant tenant, IngesterContext context) {
    this.tenant = tenant;
    this.context = context;
  }

  /// Sets a push aside, now or when it can be done.
  synchronized void setAside(Logged push) {
    pushes.add(push);
    context.memory().add(push.body().length());
    context.metrics().notSetAside(1);
    try {
      tryAgain();
    } catch (IOException | RuntimeException failure) {
      log.error(
          "could not set aside push {} of tenant {}: the log keeps it, and live spans stay in memory"
              + " until it can be done",
          push.sequence(),
          tenant,
          failure);
    }
  }

  /// @throws IOException when there is still one that can't be set aside
  synchronized void tryAgain() throws IOException {
    for (Iterator<Logged> left = pushes.iterator(); left.hasNext(); ) {
      Logged push = left.next();
      try {
        context.quarantine().push(tenant, push.sequence(), push.body());
      } catch (IOException | RuntimeException failure) {
        String text =
            "push %d of tenant %s can be neither read nor set aside: %s"
                .formatted(push.sequence(), tenant, failure.getMessage());
        problem = Optional.of(text);
        throw new IOException(text, failure);
      }
      left.remove();
      context.memory().remove(push.body().length());
      context.metrics().notSetAside(-1);
    }
    problem = Optional.empty();
  }

  /// The lowest number in the log, or `Long.MAX_VALUE`.
  synchronized long firstSequence() {
    return pushes.isEmpty() ? Long.MAX_VALUE : pushes.getFirst().sequence();
  }

  Optional<String> problem() {
    return problem;
  }
}
