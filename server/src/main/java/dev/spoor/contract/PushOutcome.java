package dev.spoor.contract;

import dev.spoor.platform.errors.ErrorKind;
import java.util.ArrayList;
import java.util.List;

/// What became of a push. Both are answers that a sender has to expect; a failure of ours is an
/// exception.
public sealed interface PushOutcome {

  /// All spans but those named are on disk and can be found.
  record Stored(List<Rejection> rejections) implements PushOutcome {

    public static final Stored ALL = new Stored(List.of());

    public Stored {
      rejections = List.copyOf(rejections);
    }

    public Stored and(List<Rejection> more) {
      if (more.isEmpty()) {
        return this;
      }
      List<Rejection> both = new ArrayList<>(more);
      both.addAll(rejections);
      return new Stored(both);
    }

    public int rejectedSpans() {
      return rejections.stream().mapToInt(Rejection::spans).sum();
    }
  }

  /// Nothing was stored.
  ///
  /// @param kind RESOURCE_EXHAUSTED for a limit of the sender, UNAVAILABLE when we cannot, INVALID
  ///   when it never will be
  /// @param mayTellWhen whether the sender may be told when to come back
  record Refused(ErrorKind kind, DiscardReason reason, String message, boolean mayTellWhen)
      implements PushOutcome {

    public Refused(ErrorKind kind, DiscardReason reason, String message) {
      this(kind, reason, message, true);
    }
  }
}
