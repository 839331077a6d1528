package dev.spoor.distributor;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.Rejection;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import dev.spoor.wire.otlp.SpanProblem;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A push without the spans that can't be stored, because of their ids or of their size.
///
/// @param batch what is left, perhaps nothing
/// @param rejections what was left out, and why
record Screening(SpanBatch batch, List<Rejection> rejections) {

  static Screening of(SpanBatch batch) {
    if (batch.problemCount() == 0) {
      return new Screening(batch, List.of());
    }
    BitSet dropped = new BitSet(batch.spanCount());
    int[] counts = new int[SpanProblem.values().length];
    for (int span = 0; span < batch.spanCount(); span++) {
      SpanProblem problem = batch.problem(span);
      if (problem != SpanProblem.NONE) {
        dropped.set(span);
        counts[problem.ordinal()]++;
      }
    }
    return new Screening(without(batch, dropped), rejections(counts));
  }

  /// The batch without some of its spans.
  static SpanBatch without(SpanBatch batch, BitSet dropped) {
    try {
      return OtlpDecoder.decode(batch.without(dropped));
    } catch (MalformedProtoException impossible) {
      throw new IllegalStateException("a filtered body is malformed", impossible);
    }
  }

  private static List<Rejection> rejections(int[] counts) {
    List<Rejection> rejections = new ArrayList<>();
    for (SpanProblem problem : SpanProblem.values()) {
      if (counts[problem.ordinal()] > 0) {
        rejections.add(new Rejection(reasonOf(problem), counts[problem.ordinal()], problem.text()));
      }
    }
    return rejections;
  }

  private static DiscardReason reasonOf(SpanProblem problem) {
    return switch (problem) {
      case NONE -> throw new IllegalArgumentException("a span without a problem");
      case TRACE_ID -> DiscardReason.INVALID_TRACE_ID;
      case SPAN_ID -> DiscardReason.INVALID_SPAN_ID;
      case PARENT_SPAN_ID -> DiscardReason.INVALID_PARENT_SPAN_ID;
      case TOO_MANY_ENTRIES -> DiscardReason.TOO_MANY_ENTRIES;
    };
  }
}
