package dev.spoor.bench;

import java.time.Duration;
import java.util.OptionalLong;

/// What a load is to be.
///
/// @param target see [PushClient#to]
/// @param connections requests under way at the same time
/// @param rate spans a second; 0 for as fast as answers come
/// @param spans about so many, then it ends, with all traces whole; `Long.MAX_VALUE` for no end
/// @param duration or after this
/// @param maxTries how often a refused request is sent, when it may be sent again; at least 1
/// @param serverPid the process whose CPU time and memory are reported
record LoadPlan(
    String target,
    int connections,
    long rate,
    long spans,
    Duration duration,
    long seed,
    int spansPerTrace,
    int spansPerRequest,
    int maxTries,
    OptionalLong serverPid) {

  static final int SPANS_PER_TRACE = 50;
  static final int SPANS_PER_REQUEST = 100;
  static final Duration FOREVER = Duration.ofDays(365);

  LoadPlan {
    if (connections < 1 || spansPerTrace < 1 || spansPerRequest < 1 || maxTries < 1) {
      throw new IllegalArgumentException(
          "connections, spans per trace, spans per request and tries must be at least 1");
    }
    if (rate < 0 || spans < 1 || !duration.isPositive()) {
      throw new IllegalArgumentException("rate, spans and duration must be positive");
    }
  }

  /// As fast as answers come, without an end.
  static LoadPlan endless(String target, int connections, long seed) {
    return new LoadPlan(
        target,
        connections,
        0,
        Long.MAX_VALUE,
        FOREVER,
        seed,
        SPANS_PER_TRACE,
        SPANS_PER_REQUEST,
        1000,
        OptionalLong.empty());
  }

  LoadPlan withRate(long spansPerSecond) {
    return new LoadPlan(
        target,
        connections,
        spansPerSecond,
        spans,
        duration,
        seed,
        spansPerTrace,
        spansPerRequest,
        maxTries,
        serverPid);
  }

  LoadPlan withSpans(long count) {
    return new LoadPlan(
        target,
        connections,
        rate,
        count,
        duration,
        seed,
        spansPerTrace,
        spansPerRequest,
        maxTries,
        serverPid);
  }

  LoadPlan withDuration(Duration atMost) {
    return new LoadPlan(
        target,
        connections,
        rate,
        spans,
        atMost,
        seed,
        spansPerTrace,
        spansPerRequest,
        maxTries,
        serverPid);
  }

  LoadPlan watching(long pid) {
    return new LoadPlan(
        target,
        connections,
        rate,
        spans,
        duration,
        seed,
        spansPerTrace,
        spansPerRequest,
        maxTries,
        OptionalLong.of(pid));
  }
}
