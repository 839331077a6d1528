package dev.spoor.api;

import dev.spoor.listener.Request;
import dev.spoor.platform.config.Durations;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;

/// Query parameters as the endpoints read them. Whatever is wrong with one is INVALID and names it.
final class Parameters {

  /// What is searched when neither `start` nor `end` is given.
  private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(15);

  private static final Duration DEFAULT_METRICS_WINDOW = Duration.ofHours(1);

  private static final long NANOS = 1_000_000_000L;

  /// Longer whole numbers are nanoseconds.
  private static final int SECONDS_DIGITS = 10;

  private static final int LONGEST_NUMBER = 40;
  private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE / NANOS);

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

  /// A range of time in nanoseconds since the epoch, both bounds inclusive.
  record NanoWindow(long startNanos, long endNanos) {}

  /// As [#searchWindow], for endpoints that take times in any form.
  static NanoWindow tagWindow(Request request, InstantSource clock, Duration endCutoff) {
    long latest = nanos(clock.instant().minus(endCutoff));
    Optional<String> since = request.parameter("since");
    if (since.isPresent()) {
      return new NanoWindow(before(latest, prometheusDuration("since", since.get())), latest);
    }
    Optional<Long> start = time(request, "start");
    Optional<Long> end = time(request, "end");
    if (start.isPresent() != end.isPresent()) {
      throw invalid(
          "error parsing date range: only one of start and end provided: must provide both or neither");
    }
    if (start.isEmpty() || end.isEmpty()) {
      return new NanoWindow(latest - DEFAULT_WINDOW.toNanos(), latest);
    }
    if (end.get() <= start.get()) {
      throw invalid(
          "http parameter start must be before end. received start=%d end=%d"
              .formatted(start.get() / NANOS, end.get() / NANOS));
    }
    long cut = endCutoff.isZero() ? end.get() : Math.min(end.get(), latest);
    return start.get() > cut
        ? new NanoWindow(cut - DEFAULT_WINDOW.toNanos(), cut)
        : new NanoWindow(start.get(), cut);
  }

  /// `start` and `end` of a metrics query, of which any may be missing: `end` is now, `start` is
  /// `since` (an hour when it is missing too) before `end` or now, whichever is earlier.
  static NanoWindow metricsWindow(Request request, InstantSource clock, Duration endCutoff) {
    long now = nanos(clock.instant());
    long latest = now - endCutoff.toNanos();
    long wantedEnd = time(request, "end").orElse(now);
    long end = endCutoff.isZero() ? wantedEnd : Math.min(wantedEnd, latest);
    Duration since =
        request
            .parameter("since")
            .map(text -> prometheusDuration("since", text))
            .orElse(DEFAULT_METRICS_WINDOW);
    long start = time(request, "start").orElse(before(Math.min(end, now), since));
    if (!endCutoff.isZero() && wantedEnd > latest && start >= end) {
      start = end - DEFAULT_WINDOW.toNanos();
    }
    if (end <= start) {
      throw invalid("end must be greater than start");
    }
    return new NanoWindow(start, end);
  }

  /// A time as seconds (up to ten digits), nanoseconds, seconds with a fraction, or RFC 3339; in
  /// nanoseconds since the epoch.
  static Optional<Long> time(Request request, String name) {
    return request.parameter(name).map(text -> time(name, text));
  }

  private static long time(String name, String text) {
    try {
      if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return text.length() > SECONDS_DIGITS
            ? Long.parseLong(text)
            : Math.multiplyExact(Long.parseLong(text), NANOS);
      }
      if (text.indexOf('T') > 0) {
        return notNegative(nanos(OffsetDateTime.parse(text).toInstant()));
      }
      return notNegative(nanosOfSeconds(text));
    } catch (ArithmeticException | DateTimeException | NumberFormatException noTime) {
      throw invalid(
          "invalid %s: '%s' is no time: neither seconds or nanoseconds since 1970 nor RFC 3339"
              .formatted(name, text));
    }
  }

  /// Not before 1970.
  private static long before(long time, Duration since) {
    return Math.max(0, time - since.toNanos());
  }

  private static long notNegative(long time) {
    if (time < 0) {
      throw new DateTimeException("before 1970");
    }
    return time;
  }

  private static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
  }

  private static long nanosOfSeconds(String text) {
    if (text.length() > LONGEST_NUMBER) {
      throw new NumberFormatException(text);
    }
    BigDecimal seconds = new BigDecimal(text);
    if (seconds.abs().compareTo(MOST_SECONDS) > 0) {
      throw new ArithmeticException(text);
    }
    return seconds.movePointRight(9).longValue();
  }

  /// `step`: seconds, with or without a fraction, or a duration; in nanoseconds.
  static Optional<Long> step(Request request) {
    Optional<Long> step = request.parameter("step").map(Parameters::step);
    if (step.isPresent() && step.get() <= 0) {
      throw invalid("invalid step: must be greater than 0");
    }
    return step;
  }

  private static long step(String text) {
    try {
      return nanosOfSeconds(text);
    } catch (ArithmeticException | NumberFormatException noNumber) {
      return durationOfAnyKind(text);
    }
  }

  private static long durationOfAnyKind(String text) {
    try {
      return Durations.parseGo(text).toNanos();
    } catch (IllegalArgumentException notGo) {
      return prometheusDuration("step", text).toNanos();
    }
  }

  /// A limit; missing and unreadable ones are 0, which is none.
  static int limitOrNone(Request request, String name) {
    try {
      return request.parameter(name).map(text -> Integer.parseUnsignedInt(text)).orElse(0)
          & Integer.MAX_VALUE;
    } catch (NumberFormatException unreadable) {
      return 0;
    }
  }

  /// A count that is not negative; 0 when it is missing.
  static int count(Request request, String name) {
    long count = request.parameter(name).map(text -> wholeNumber(name, text)).orElse(0L);
    if (count < 0) {
      throw invalid("invalid %s: must not be negative".formatted(name));
    }
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  /// Refuses the text of a query that is too long.
  ///
  /// @param most bytes of UTF-8; 0 for no limit
  static void requireShort(String query, int most) {
    if (most > 0 && query.getBytes(StandardCharsets.UTF_8).length > most) {
      throw invalid(
          "TraceQL expression exceeds the configured maximum size of %d bytes, please shorten it"
              .formatted(most));
    }
  }

  /// Refuses a range of time that is too long.
  ///
  /// @param most zero for no limit
  static void requireShort(NanoWindow window, Duration most) {
    if (!most.isZero() && window.endNanos() - window.startNanos() > most.toNanos()) {
      throw invalid(
          "range specified by start and end exceeds %s. received start=%d end=%d"
              .formatted(
                  Durations.formatGo(most),
                  window.startNanos() / NANOS,
                  window.endNanos() / NANOS));
    }
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
