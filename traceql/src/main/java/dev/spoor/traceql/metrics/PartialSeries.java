package dev.spoor.traceql.metrics;

import java.util.List;

/// A series in the making, to be merged with those of other sources.
///
/// @param labels of the group, without those that come when the answer is finished
/// @param bucket upper bound of a histogram's bucket, nanoseconds for durations; 0 without buckets
/// @param seconds whether the bucket is one of durations
/// @param columns numbers for each interval; what they mean depends on the function of the query
/// @param exemplars a few of the spans
public record PartialSeries(
    List<Label> labels,
    long bucket,
    boolean seconds,
    double[][] columns,
    List<Exemplar> exemplars) {

  public PartialSeries {
    labels = List.copyOf(labels);
    exemplars = List.copyOf(exemplars);
  }
}
