package dev.spoor.bench;

import java.time.Duration;
import java.util.Map;

/// How much is measured.
///
/// @param spans of the load at full speed
/// @param blocks into which it is flushed
/// @param warmUpSpans before it, so that code is compiled; they are flushed too
/// @param rate spans a second of the steady load
/// @param rateDuration of it, before probes begin and the server is killed
/// @param lookups by id, of each kind
/// @param probes from acknowledged to found
/// @param limitSpans in memory, for what is measured without a server
record TableSizes(
    long spans,
    int blocks,
    long warmUpSpans,
    long rate,
    Duration rateDuration,
    int lookups,
    int probes,
    long limitSpans,
    int connections,
    long seed) {

  private static final TableSizes FULL =
      new TableSizes(
          3_900_000, 4, 600_000, 10_000, Duration.ofMinutes(10), 2_000, 200, 300_000, 8, 1);
  private static final TableSizes QUICK =
      new TableSizes(400_000, 2, 200_000, 10_000, Duration.ofSeconds(15), 300, 40, 150_000, 8, 1);

  /// The sizes of a full or a quick run, with what `SPOOR_BENCH_…` variables say instead.
  static TableSizes of(boolean quick, Map<String, String> environment) {
    TableSizes usual = quick ? QUICK : FULL;
    return new TableSizes(
        number(environment, "SPANS", usual.spans),
        (int) number(environment, "BLOCKS", usual.blocks),
        number(environment, "WARM_UP_SPANS", usual.warmUpSpans),
        number(environment, "RATE", usual.rate),
        Duration.ofSeconds(number(environment, "RATE_SECONDS", usual.rateDuration.toSeconds())),
        (int) number(environment, "LOOKUPS", usual.lookups),
        (int) number(environment, "PROBES", usual.probes),
        number(environment, "LIMIT_SPANS", usual.limitSpans),
        (int) number(environment, "CONNECTIONS", usual.connections),
        number(environment, "SEED", usual.seed));
  }

  private static long number(Map<String, String> environment, String name, long usual) {
    String value = environment.get("SPOOR_BENCH_" + name);
    if (value == null) {
      return usual;
    }
    long number = Long.parseLong(value.replace("_", ""));
    if (number < 1) {
      throw new IllegalArgumentException("SPOOR_BENCH_%s must be positive".formatted(name));
    }
    return number;
  }
}
