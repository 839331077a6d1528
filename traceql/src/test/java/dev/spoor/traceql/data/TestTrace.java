package dev.spoor.traceql.data;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.TraceSummary.ServiceStats;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A trace as a plain object; spans know their place in the tree.
public final class TestTrace {

  public final TraceId id;
  public final List<TestSpan> spans;

  public TestTrace(TraceId id, List<TestSpan> spans) {
    this.id = id;
    this.spans = List.copyOf(spans);
    number();
  }

  private int counter;

  private void number() {
    counter = 1;
    for (TestSpan span : spans) {
      for (TestSpan other : spans) {
        if (other.parentId == span.id) {
          span.childCount++;
        }
      }
    }
    for (TestSpan span : spans) {
      if (span.parentId == 0) {
        number(span, -1);
      }
    }
  }

  private void number(TestSpan span, int parentLeft) {
    span.parentLeft = parentLeft;
    span.left = counter++;
    for (TestSpan child : spans) {
      if (child.parentId == span.id) {
        number(child, span.left);
      }
    }
    span.right = counter++;
  }

  public long start() {
    return spans.stream().mapToLong(span -> span.start).min().orElseThrow();
  }

  public long end() {
    return spans.stream().mapToLong(span -> span.start + span.duration).max().orElseThrow();
  }

  public String rootName() {
    return spans.stream()
        .filter(span -> span.parentId == 0)
        .map(span -> span.name)
        .findFirst()
        .orElse("");
  }

  public String rootService() {
    return spans.stream()
        .filter(span -> span.parentId == 0)
        .map(TestSpan::service)
        .findFirst()
        .orElse("");
  }

  public TraceSummary summary() {
    Map<String, ServiceStats> services = new TreeMap<>();
    for (TestSpan span : spans) {
      int errors = span.status == dev.spoor.traceql.Value.SpanStatus.ERROR ? 1 : 0;
      services.merge(
          span.service(),
          new ServiceStats(span.service(), 1, errors),
          (a, b) -> new ServiceStats(a.service(), a.spans() + b.spans(), a.errors() + b.errors()));
    }
    return new TraceSummary(
        start(), end(), rootService(), rootName(), List.copyOf(services.values()));
  }
}
