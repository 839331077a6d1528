package dev.spoor.frontend;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.InvalidValueException;
import dev.spoor.platform.config.NoEffectYet;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The `query_frontend` section: how queries become jobs, and what a query may ask for.
///
/// @param maxOutstandingPerTenant jobs of a tenant that may wait; more are refused
/// @param maxBatchSize jobs that are handed to a querier at once
/// @param maxRetries attempts at a job that failed
/// @param multiTenantQueriesEnabled whether `a|b` in the tenant header asks for both
/// @param apiTimeout limit of a whole query; zero for none
/// @param urlDenyList regular expressions of addresses that are refused
/// @param maxQueryExpressionSizeBytes of a TraceQL query
/// @param budget what a single query may take before it is answered with what was found
/// @param queryEndCutoff the newest part of a time range that is left out; zero for nothing
public record QueryFrontendConfig(
    int maxOutstandingPerTenant,
    @NoEffectYet("with the queue of jobs") int maxBatchSize,
    @NoEffectYet("with the queue of jobs") int maxRetries,
    Search search,
    @NoEffectYet("with the queue of jobs") TraceById traceById,
    Metrics metrics,
    boolean multiTenantQueriesEnabled,
    Duration apiTimeout,
    @NoEffectYet("with refused addresses") List<String> urlDenyList,
    int maxQueryExpressionSizeBytes,
    Duration queryEndCutoff,
    Budget budget) {

  public static final QueryFrontendConfig DEFAULTS =
      new QueryFrontendConfig(
          2000,
          7,
          2,
          Search.DEFAULTS,
          TraceById.DEFAULTS,
          Metrics.DEFAULTS,
          true,
          Duration.ZERO,
          List.of(),
          128 << 10,
          Duration.ZERO,
          Budget.DEFAULTS);

  public QueryFrontendConfig {
    urlDenyList = List.copyOf(urlDenyList);
    require(
        maxOutstandingPerTenant > 0,
        "query_frontend.max_outstanding_per_tenant",
        "must be at least 1");
    require(maxBatchSize > 0, "query_frontend.max_batch_size", "must be at least 1");
    require(maxRetries >= 0, "query_frontend.max_retries", "must not be negative");
    require(!apiTimeout.isNegative(), "query_frontend.api_timeout", "must not be negative");
    require(
        maxQueryExpressionSizeBytes >= 0,
        "query_frontend.max_query_expression_size_bytes",
        "must not be negative");
    require(
        !queryEndCutoff.isNegative(), "query_frontend.query_end_cutoff", "must not be negative");
    urlDenyList.forEach(QueryFrontendConfig::requirePattern);
  }

  private static void requirePattern(String expression) {
    try {
      Pattern.compile(expression);
    } catch (PatternSyntaxException broken) {
      throw new InvalidValueException(
          "query_frontend.url_deny_list", "holds no regular expression: " + broken.getMessage());
    }
  }

  /// `query_frontend.budget`, a section of our own: a query that has spent one of these is answered
  /// with what was found until then, and the answer says so.
  ///
  /// @param time of a whole query; zero for no limit
  /// @param bytes that a query may read from disks and the object store, compressed; 0 for no limit
  /// @param memoryBytes that a query may hold at once, about; 0 for a quarter of the heap
  /// @param traceBytes of a trace, as protobuf, in the answer to a look-up by id; more where a
  ///   tenant's `max_bytes_per_trace` allows larger traces; 0 for no limit
  public record Budget(Duration time, long bytes, long memoryBytes, long traceBytes) {

    public static final Budget DEFAULTS = new Budget(Duration.ZERO, 0, 0, 50_000_000);

    public Budget {
      require(!time.isNegative(), "time", "must not be negative");
      require(bytes >= 0, "bytes", "must not be negative");
      require(memoryBytes >= 0, "memory_bytes", "must not be negative");
      require(traceBytes >= 0, "trace_bytes", "must not be negative");
    }
  }

  /// `query_frontend.search`.
  ///
  /// @param concurrentJobs of one search
  /// @param targetBytesPerJob how much of a block one job reads
  /// @param defaultResultLimit traces in the answer when the query names no limit
  /// @param maxResultLimit the largest limit a query may name; 0 for no limit
  /// @param maxDuration the longest time range; zero for no limit
  /// @param queryBackendAfter newer data is asked of the ingesters alone
  /// @param queryIngestersUntil older data is asked of the store alone
  /// @param mostRecentShards how finely time is cut when the newest are wanted
  /// @param defaultSpansPerSpanSet matching spans shown of a trace when the query names no number
  /// @param maxSpansPerSpanSet the largest number a query may name; 0 for no limit
  /// @param timeout of a whole search, which is then answered with what was found; zero for none
  public record Search(
      int concurrentJobs,
      long targetBytesPerJob,
      int defaultResultLimit,
      int maxResultLimit,
      Duration maxDuration,
      @NoEffectYet("with the queue of jobs") Duration queryBackendAfter,
      @NoEffectYet("with the queue of jobs") Duration queryIngestersUntil,
      @NoEffectYet("with the queue of jobs") int mostRecentShards,
      int defaultSpansPerSpanSet,
      int maxSpansPerSpanSet,
      Duration timeout) {

    public static final Search DEFAULTS =
        new Search(
            1000,
            100L << 20,
            20,
            256 << 10,
            Duration.ofHours(168),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            200,
            3,
            100,
            Duration.ZERO);

    public Search {
      require(!timeout.isNegative(), "timeout", "must not be negative");
      require(concurrentJobs > 0, "concurrent_jobs", "must be at least 1");
      require(targetBytesPerJob > 0, "target_bytes_per_job", "must be positive");
      require(defaultResultLimit > 0, "default_result_limit", "must be at least 1");
      require(maxResultLimit >= 0, "max_result_limit", "must not be negative");
      require(!maxDuration.isNegative(), "max_duration", "must not be negative");
      require(!queryBackendAfter.isNegative(), "query_backend_after", "must not be negative");
      require(
          queryIngestersUntil.compareTo(queryBackendAfter) >= 0,
          "query_ingesters_until",
          "must not be less than query_backend_after");
      require(mostRecentShards > 0, "most_recent_shards", "must be at least 1");
      require(defaultSpansPerSpanSet >= 0, "default_spans_per_span_set", "must not be negative");
      require(maxSpansPerSpanSet >= 0, "max_spans_per_span_set", "must not be negative");
      require(
          maxSpansPerSpanSet == 0 || defaultSpansPerSpanSet <= maxSpansPerSpanSet,
          "default_spans_per_span_set",
          "must not be more than max_spans_per_span_set");
    }
  }

  /// `query_frontend.trace_by_id`.
  ///
  /// @param queryShards into how many jobs a look-up is cut
  /// @param concurrentShards how many of them run at the same time; 0 for all
  public record TraceById(int queryShards, int concurrentShards) {

    public static final TraceById DEFAULTS = new TraceById(50, 0);

    public TraceById {
      require(queryShards >= 2 && queryShards <= 100_000, "query_shards", "must be 2 to 100000");
      require(concurrentShards >= 0, "concurrent_shards", "must not be negative");
    }
  }

  /// `query_frontend.metrics`.
  ///
  /// @param concurrentJobs of one query
  /// @param targetBytesPerJob how much of a block one job reads
  /// @param maxDuration the longest time range; zero for no limit
  /// @param queryBackendAfter newer data is asked of the ingesters alone
  /// @param interval time range of one job
  /// @param maxExemplars in an answer
  /// @param maxResponseSeries in an answer; 0 for no limit
  /// @param streamingShards how finely time is cut while streaming
  /// @param maxIntervals steps in a time range
  public record Metrics(
      int concurrentJobs,
      long targetBytesPerJob,
      Duration maxDuration,
      @NoEffectYet("with the queue of jobs") Duration queryBackendAfter,
      @NoEffectYet("with the queue of jobs") Duration interval,
      int maxExemplars,
      int maxResponseSeries,
      @NoEffectYet("with streamed answers") int streamingShards,
      int maxIntervals) {

    public static final Metrics DEFAULTS =
        new Metrics(
            1000,
            100L << 20,
            Duration.ofHours(3),
            Duration.ofMinutes(30),
            Duration.ofMinutes(5),
            100,
            0,
            200,
            10_000);

    public Metrics {
      require(concurrentJobs > 0, "concurrent_jobs", "must be at least 1");
      require(targetBytesPerJob > 0, "target_bytes_per_job", "must be positive");
      require(!maxDuration.isNegative(), "max_duration", "must not be negative");
      require(!queryBackendAfter.isNegative(), "query_backend_after", "must not be negative");
      require(interval.isPositive(), "interval", "must be positive");
      require(maxExemplars >= 0, "max_exemplars", "must not be negative");
      require(maxResponseSeries >= 0, "max_response_series", "must not be negative");
      require(streamingShards > 0, "streaming_shards", "must be at least 1");
      require(maxIntervals > 0, "max_intervals", "must be at least 1");
    }
  }
}
