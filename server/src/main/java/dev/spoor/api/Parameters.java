package dev.spoor.api;

import dev.spoor.listener.Request;
import dev.spoor.platform.config.Durations;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Query parameters as the endpoints read them. Whatever is wrong with one is INVALID and names it.
final class Parameters {

  /// What is searched when neither `start` nor `end` is given.
  private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(15);

  private Parameters() {}

  /// A range of time, both bounds inclusive, in whole seconds since the epoch.
  record Window(long startSeconds, long endSeconds) {}

  /// `start` and `end` of a search: both or neither; `since` wins over them; nothing is the last
  /// quarter of an hour.
  static Window searchWindow(Request request, InstantSource clock, Duration endCutoff) {
    long latest = secondAfter(clock.instant().minus(endCutoff));
    Optional<String> since = request.parameter("since");
    if (since.isPresent()) {
      return new Window(latest - prometheusDuration("since", since.get()).toSeconds(), latest);
    }
    Optional<Long> start = unixSeconds(request, "start");
    Optional<Long> end = unixSeconds(request, "end");
    if (start.isPresent() != end.isPresent()) {
      throw invalid(
          "error parsing date range: only one of start and end provided: must provide both or neither");
    }
    if (start.isEmpty() || end.isEmpty()) {
      return new Window(latest - DEFAULT_WINDOW.toSeconds(), latest);
    }
    if (end.get() <= start.get()) {
      throw invalid(
          "http parameter start must be before end. received start=%d end=%d"
              .formatted(start.get(), end.get()));
    }
    long cut = endCutoff.isZero() ? end.get() : Math.min(end.get(), latest);
    return start.get() > cut
        ? new Window(cut - DEFAULT_WINDOW.toSeconds(), cut)
        : new Window(start.get(), cut);
  }

  /// Rounded up: what was sent in this very second is found too.
  private static long secondAfter(Instant time) {
    return time.getNano() == 0 ? time.getEpochSecond() : time.getEpochSecond() + 1;
  }

  static Optional<Long> unixSeconds(Request request, String name) {
    return request.parameter(name).map(text -> wholeNumber(name, text));
  }

  static Optional<Instant> instant(Request request, String name) {
    return unixSeconds(request, name).map(Instant::ofEpochSecond);
  }

  static long wholeNumber(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw invalid("invalid %s: '%s' is not a whole number".formatted(name, text));
    }
  }

  static Duration goDuration(String name, String text) {
    try {
      return Durations.parseGo(text);
    } catch (IllegalArgumentException bad) {
      throw invalid("invalid %s: %s".formatted(name, bad.getMessage()));
    }
  }

  static Duration prometheusDuration(String name, String text) {
    try {
      return Durations.parsePrometheus(text);
    } catch (IllegalArgumentException bad) {
      throw invalid("invalid %s: could not parse '%s': %s".formatted(name, text, bad.getMessage()));
    }
  }

  static ServiceException invalid(String message) {
    return new ServiceException(ErrorKind.INVALID, message);
  }
}
