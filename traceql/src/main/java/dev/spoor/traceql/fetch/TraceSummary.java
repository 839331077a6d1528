package dev.spoor.traceql.fetch;

import java.util.List;

/// A trace as a whole, as far as one source knows it.
///
/// @param startNanos earliest start of a span, nanoseconds since the epoch
/// @param endNanos latest end of a span
/// @param rootServiceName `service.name` of the root span's resource, `""` when the root is not
///   here
/// @param rootName name of the root span, `""` when the root is not here
/// @param services spans and errors by `service.name` (`""` when a resource has none)
public record TraceSummary(
    long startNanos,
    long endNanos,
    String rootServiceName,
    String rootName,
    List<ServiceStats> services) {

  public TraceSummary {
    services = List.copyOf(services);
  }

  /// @param errors spans whose status is error
  public record ServiceStats(String service, int spans, int errors) {}
}
