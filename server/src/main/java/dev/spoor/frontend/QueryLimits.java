package dev.spoor.frontend;

import dev.spoor.querier.QuerierConfig;
import dev.spoor.traceql.fetch.QueryMemory;
import java.time.Duration;

/// What each query may take, out of `query_frontend` and `querier`.
///
/// @param frontend time limits, budgets, and how work is cut into jobs
/// @param querier time limits of single jobs
/// @param memoryBytes that a query may hold when the configuration names no number
/// @param memory that all queries may hold together
/// @param answers what large traces take while they are written and sent
public record QueryLimits(
    QueryFrontendConfig frontend,
    QuerierConfig querier,
    long memoryBytes,
    QueryMemory memory,
    AnswerMemory answers) {

  /// Without a bound for all queries together.
  public QueryLimits(QueryFrontendConfig frontend, QuerierConfig querier, long memoryBytes) {
    this(frontend, querier, memoryBytes, new QueryMemory(0), AnswerMemory.UNLIMITED);
  }

  /// What one kind of query may take.
  ///
  /// @param apiTimeout after which no answer is given; zero for none
  /// @param time after which the answer is what was found; zero for none
  /// @param jobTime after which a job is given up
  /// @param memoryOfAll what it may hold together with other queries
  /// @param concurrentJobs of the query
  /// @param bytesPerJob how much of a block a job reads, about
  record Of(
      Duration apiTimeout,
      Duration time,
      long bytes,
      long memory,
      QueryMemory memoryOfAll,
      Duration jobTime,
      int concurrentJobs,
      long bytesPerJob) {

    /// What each of several parts may take that run at the same time. Bytes and memory are those of
    /// all parts together.
    Of sharedBy(int parts) {
      return new Of(
          apiTimeout,
          time,
          bytes,
          memory,
          memoryOfAll,
          jobTime,
          Math.ceilDiv(concurrentJobs, parts),
          bytesPerJob);
    }
  }

  Of of(FrontendMetrics.Kind kind) {
    QueryFrontendConfig.Budget budget = frontend.budget();
    Duration time = budget.time();
    Duration jobTime = querier.search().queryTimeout();
    int concurrentJobs = frontend.search().concurrentJobs();
    long bytesPerJob = frontend.search().targetBytesPerJob();
    switch (kind) {
      case SEARCH, METADATA -> time = shorter(time, frontend.search().timeout());
      case TRACES -> jobTime = querier.traceById().queryTimeout();
      case METRICS -> {
        concurrentJobs = frontend.metrics().concurrentJobs();
        bytesPerJob = frontend.metrics().targetBytesPerJob();
      }
    }
    return new Of(
        frontend.apiTimeout(),
        time,
        budget.bytes(),
        budget.memoryBytes() > 0 ? budget.memoryBytes() : memoryBytes,
        memory,
        jobTime,
        concurrentJobs,
        bytesPerJob);
  }

  /// Of two times, of which zero is none.
  private static Duration shorter(Duration a, Duration b) {
    if (a.isZero() || b.isZero()) {
      return a.isZero() ? b : a;
    }
    return a.compareTo(b) < 0 ? a : b;
  }
}
