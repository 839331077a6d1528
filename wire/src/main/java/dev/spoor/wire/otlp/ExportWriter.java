package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MessageTooLargeException;
import dev.spoor.model.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes an OTLP trace export (`ExportTraceServiceRequest`) from spans that come in any order,
/// each with its resource and scope.
///
/// Spans are written one after the other, between [#begin] and [#end]; resource and scope are told
/// at the end of a span, since other formats know them only then. One thread at a time.
///
/// In some formats a span is a single byte. So there is an end to how many spans and bytes there
/// may be; beyond it all methods throw a [MessageTooLargeException].
public final class ExportWriter {

  private static final int RESOURCE_SPANS = 1;
  private static final int RESOURCE = 1;
  private static final int SCOPE_SPANS = 2;
  private static final int SCOPE = 1;
  private static final int SPANS = 2;
  private static final int NONE = -1;

  /// Bytes of all spans, or twice what was expected where that is more.
  private static final int MAX_BYTES = 32 << 20;

  /// All spans, each as a field of `ScopeSpans`.
  private final ProtoWriter spans;

  private final List<Group> groups = new ArrayList<>(4);
  private final Map<Origin, Group> byOrigin = new HashMap<>(4);
  private Bytes batchResource = Bytes.EMPTY;

  private int[] starts = new int[16];
  private int[] nextOfGroup = new int[16];
  private int count;

  /// @param capacity about how many bytes there will be
  public ExportWriter(int capacity) {
    spans = new ProtoWriter(capacity, (int) Math.max(MAX_BYTES, Math.min(capacity * 2L, 1 << 30)));
  }

  /// Where the fields of the span that was begun are written.
  public ProtoWriter span() {
    return spans;
  }

  /// Begins a span.
  ///
  /// @return what [#end] wants back
  public int begin() {
    if (count == OtlpDecoder.MAX_SPANS) {
      throw new MessageTooLargeException("there are more spans than " + OtlpDecoder.MAX_SPANS);
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      nextOfGroup = Arrays.copyOf(nextOfGroup, count * 2);
    }
    starts[count] = spans.size();
    return spans.begin(SPANS);
  }

  /// Ends a span whose resource is that of the batch.
  ///
  /// @param scope the fields of its `InstrumentationScope`
  public void end(int begun, ProtoWriter scope) {
    add(begun, null, scope);
  }

  /// Ends a span that has a resource of its own.
  ///
  /// @param resource the fields of its `Resource`
  /// @param scope the fields of its `InstrumentationScope`
  public void end(int begun, ProtoWriter resource, ProtoWriter scope) {
    add(begun, resource, scope);
  }

  /// The resource of spans that have none of their own; at any time before [#finish].
  public void batchResource(ProtoWriter resource) {
    batchResource = Bytes.of(resource.toArray());
  }

  public int spanCount() {
    return count;
  }

  /// What was written; the writer must not be used afterwards.
  public Bytes finish() {
    starts = Arrays.copyOf(starts, count + 1);
    starts[count] = spans.size();
    Bytes all = spans.finish();
    int heads = groups.stream().mapToInt(group -> 64 + group.origin.size(batchResource)).sum();
    ProtoWriter export = new ProtoWriter(all.length() + heads);
    for (Group group : groups) {
      int resourceSpans = export.begin(RESOURCE_SPANS);
      export.bytes(RESOURCE, group.origin.resource(batchResource));
      int scopeSpans = export.begin(SCOPE_SPANS);
      if (!group.origin.scope.isEmpty()) {
        export.bytes(SCOPE, group.origin.scope);
      }
      copySpans(group, all, export);
      export.end(scopeSpans);
      export.end(resourceSpans);
    }
    return export.finish();
  }

  private void copySpans(Group group, Bytes all, ProtoWriter export) {
    if (groups.size() == 1) {
      export.raw(all);
      return;
    }
    for (int span = group.first; span != NONE; span = nextOfGroup[span]) {
      export.raw(all.array(), starts[span], starts[span + 1] - starts[span]);
    }
  }

  private void add(int begun, @Nullable ProtoWriter resource, ProtoWriter scope) {
    spans.end(begun);
    Group group = group(resource, scope);
    if (group.last == NONE) {
      group.first = count;
    } else {
      nextOfGroup[group.last] = count;
    }
    group.last = count;
    nextOfGroup[count] = NONE;
    count++;
  }

  private Group group(@Nullable ProtoWriter resource, ProtoWriter scope) {
    if (!groups.isEmpty()) {
      Group latest = groups.getLast();
      if (latest.origin.is(resource, scope)) {
        return latest;
      }
    }
    Origin origin =
        new Origin(
            resource == null ? null : Bytes.of(resource.toArray()), Bytes.of(scope.toArray()));
    return byOrigin.computeIfAbsent(
        origin,
        unseen -> {
          Group group = new Group(unseen);
          groups.add(group);
          return group;
        });
  }

  private static final class Group {

    private final Origin origin;
    private int first = NONE;
    private int last = NONE;

    Group(Origin origin) {
      this.origin = origin;
    }
  }

  /// What spans of a group share. Comparable, so that a map finds it fast even when a sender chose
  /// many with the same hash.
  ///
  /// @param own null for the resource of the batch
  private record Origin(@Nullable Bytes own, Bytes scope) implements Comparable<Origin> {

    Bytes resource(Bytes ofBatch) {
      return own == null ? ofBatch : own;
    }

    int size(Bytes ofBatch) {
      return resource(ofBatch).length() + scope.length();
    }

    boolean is(@Nullable ProtoWriter resource, ProtoWriter scopeFields) {
      boolean sameResource = resource == null ? own == null : own != null && resource.holds(own);
      return sameResource && scopeFields.holds(scope);
    }

    @Override
    public int compareTo(Origin other) {
      if (own == null || other.own == null) {
        int nulls = Boolean.compare(own == null, other.own == null);
        return nulls != 0 ? nulls : compare(scope, other.scope);
      }
      int resources = compare(own, other.own);
      return resources != 0 ? resources : compare(scope, other.scope);
    }

    private static int compare(Bytes a, Bytes b) {
      return Arrays.compare(a.array(), a.offset(), a.end(), b.array(), b.offset(), b.end());
    }
  }
}
