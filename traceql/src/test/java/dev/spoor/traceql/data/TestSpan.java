package dev.spoor.traceql.data;

import dev.spoor.traceql.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A span as a plain object, with all that it belongs to.
public final class TestSpan {

  public final String key;
  public final long id;
  public final long parentId;
  public String name = "";
  public Value.SpanKind kind = Value.SpanKind.UNSPECIFIED;
  public Value.SpanStatus status = Value.SpanStatus.UNSET;
  public String statusMessage = "";
  public long start;
  public long duration;
  public final Map<String, Value> attributes = new LinkedHashMap<>();
  public Map<String, Value> resource = new LinkedHashMap<>();
  public String scopeName = "";
  public String scopeVersion = "";
  public Map<String, Value> scopeAttributes = new LinkedHashMap<>();
  public final List<Event> events = new ArrayList<>();
  public final List<Link> links = new ArrayList<>();

  /// Set by the trace.
  public int left;

  public int right;
  public int parentLeft;
  public int childCount;

  public record Event(String name, long sinceStart, Map<String, Value> attributes) {}

  public record Link(String traceId, long spanId, Map<String, Value> attributes) {}

  public TestSpan(String key, long id, long parentId) {
    this.key = key;
    this.id = id;
    this.parentId = parentId;
  }

  public static String hex(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  public String service() {
    return resource.get("service.name") instanceof Value.Str(String service) ? service : "";
  }

  @Override
  public String toString() {
    return key;
  }
}
