package dev.spoor.bench;

import java.util.Optional;

/// What came of a load.
///
/// @param spansSent in requests that were sent, each counted once
/// @param spansAcknowledged in requests that were answered with success, whole
/// @param spansRefused in requests that were refused for good, and those that partial successes
///   name
/// @param spansUnknown in requests without an answer
/// @param retries requests that were sent again
/// @param generatorCpuSeconds that this process used: when it comes near `seconds`, the generator
///   is what is measured
/// @param latency from the sending of a request to its answer, of acknowledged ones, each try alone
/// @param lateness how long after it was due a request was sent; nothing without a rate
/// @param server what the process took meanwhile
/// @param firstProblem a refusal or failure, for the reader
record LoadReport(
    long requests,
    long spansSent,
    long spansAcknowledged,
    long spansRefused,
    long spansUnknown,
    long retries,
    long bytesAcknowledged,
    double seconds,
    double generatorCpuSeconds,
    Latencies latency,
    Latencies lateness,
    Optional<ServerCost> server,
    Optional<String> firstProblem) {

  /// @param cpuSeconds that the server's process used
  /// @param medianResidentBytes of samples, two a second
  /// @param maxResidentBytes of the same
  record ServerCost(double cpuSeconds, long medianResidentBytes, long maxResidentBytes) {}

  double spansPerSecond() {
    return spansAcknowledged / seconds;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d spans sent in %,d requests: %,d acknowledged, %,d refused, %,d unknown, %,d retries%n"
            .formatted(
                spansSent, requests, spansAcknowledged, spansRefused, spansUnknown, retries));
    text.append(
        "%.1f s (%.1f CPU seconds of the generator), %,.0f spans/s, %.1f MB/s, %.0f bytes a span%n"
            .formatted(
                seconds,
                generatorCpuSeconds,
                spansPerSecond(),
                bytesAcknowledged / seconds / 1e6,
                bytesAcknowledged / (double) Math.max(1, spansAcknowledged)));
    text.append("push latency %s%n".formatted(latency));
    if (lateness.count() > 0) {
      text.append("sent late by %s%n".formatted(lateness));
    }
    server.ifPresent(cost ->
        text.append(
            "server: %.2f CPU seconds (%.2f per million spans, not counting what it still owes), resident %d MB, at most %d MB%n"
                .formatted(
                    cost.cpuSeconds(),
                    cost.cpuSeconds() / Math.max(1, spansAcknowledged) * 1e6,
                    cost.medianResidentBytes() >> 20,
                    cost.maxResidentBytes() >> 20)));
    firstProblem.ifPresent(problem -> text.append("first problem: %s%n".formatted(problem)));
    return text.toString();
  }
}
