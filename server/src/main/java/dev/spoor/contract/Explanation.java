package dev.spoor.contract;

import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.QueryStop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How a query was answered: what was planned, what each job read and left out, and where the time
/// went. The answer to `explain=true`.
///
/// @param plan one entry for each part of the query that is fetched by itself; none for a trace by
///   its id
/// @param stages in the order in which they began; the times of jobs are not in here
/// @param skipped blocks of the tenant that no job was made for
/// @param jobs in the order in which they were queued
public record Explanation(
    List<Plan> plan, List<Stage> stages, List<Skipped> skipped, List<Job> jobs, Budget budget) {

  public static final Explanation NONE =
      new Explanation(List.of(), List.of(), List.of(), List.of(), Budget.NONE);

  public Explanation {
    plan = List.copyOf(plan);
    stages = List.copyOf(stages);
    skipped = List.copyOf(skipped);
    jobs = List.copyOf(jobs);
  }

  /// This and what another part of the same query did after it.
  public Explanation and(Explanation other) {
    if (equals(NONE)) {
      return other;
    }
    return new Explanation(
        joined(plan, other.plan),
        joined(stages, other.stages),
        joined(skipped, other.skipped),
        joined(jobs, other.jobs),
        budget.and(other.budget));
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /// What sources are asked for, and what is decided afterwards.
  ///
  /// @param query the canonical text
  /// @param conditions that sources decide themselves, in the order in which they are asked
  /// @param allConditions whether a span must satisfy all of them, or at least one
  /// @param columns fields that are read of the spans that are left
  /// @param secondPass why traces are brought together from all places before they are decided;
  ///   empty when each source can be looked at alone
  public record Plan(
      String query,
      List<String> conditions,
      boolean allConditions,
      List<String> columns,
      Optional<String> secondPass) {

    public Plan {
      conditions = List.copyOf(conditions);
      columns = List.copyOf(columns);
    }
  }

  /// A step of the query, and how long it took.
  public record Stage(String name, Duration took) {}

  /// Blocks that were not looked into.
  ///
  /// @param reason such as `outside the time range`
  /// @param count of blocks
  /// @param examples ids of some of them
  public record Skipped(String reason, int count, List<String> examples) {

    public Skipped {
      examples = List.copyOf(examples);
    }
  }

  /// One piece of work.
  ///
  /// @param name what it looked into
  /// @param detail why it was left out, cut short or failed; empty when it was done
  /// @param began since the query did
  /// @param took how long
  public record Job(
      String name, Outcome outcome, String detail, Duration began, Duration took, FetchCost cost) {}

  public enum Outcome {
    DONE,
    /// Its turn never came: there was enough before.
    NOT_NEEDED,
    STOPPED,
    FAILED
  }

  /// What the query took of what it was allowed.
  ///
  /// @param took all of it, until the answer was known
  /// @param maxTime zero for none
  /// @param maxBytes 0 for none
  /// @param maxMemory 0 for none
  /// @param stop what ended it early
  public record Budget(
      Duration took,
      Duration maxTime,
      long bytesRead,
      long maxBytes,
      long peakMemory,
      long maxMemory,
      Optional<QueryStop> stop) {

    static final Budget NONE =
        new Budget(Duration.ZERO, Duration.ZERO, 0, 0, 0, 0, Optional.empty());

    /// Of parts with one allowance for all of them: each tells what all have taken by then.
    Budget and(Budget other) {
      return new Budget(
          took.compareTo(other.took) > 0 ? took : other.took,
          maxTime,
          Math.max(bytesRead, other.bytesRead),
          maxBytes,
          Math.max(peakMemory, other.peakMemory),
          maxMemory,
          stop.or(other::stop));
    }
  }
}
