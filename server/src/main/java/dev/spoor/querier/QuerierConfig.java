package dev.spoor.querier;

import static dev.spoor.platform.config.Requirements.require;

import java.time.Duration;

/// The `querier` section.
///
/// @param maxConcurrentQueries jobs that run at the same time
public record QuerierConfig(Search search, TraceById traceById, int maxConcurrentQueries) {

  public static final QuerierConfig DEFAULTS =
      new QuerierConfig(Search.DEFAULTS, TraceById.DEFAULTS, 20);

  public QuerierConfig {
    require(maxConcurrentQueries > 0, "querier.max_concurrent_queries", "must be at least 1");
  }

  /// `querier.search`.
  ///
  /// @param queryTimeout limit of one search job
  public record Search(Duration queryTimeout) {

    public static final Search DEFAULTS = new Search(Duration.ofSeconds(30));

    public Search {
      require(queryTimeout.isPositive(), "querier.search.query_timeout", "must be positive");
    }
  }

  /// `querier.trace_by_id`.
  ///
  /// @param queryTimeout limit of one look-up
  public record TraceById(Duration queryTimeout) {

    public static final TraceById DEFAULTS = new TraceById(Duration.ofSeconds(10));

    public TraceById {
      require(queryTimeout.isPositive(), "querier.trace_by_id.query_timeout", "must be positive");
    }
  }
}
