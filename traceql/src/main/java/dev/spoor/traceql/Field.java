package dev.spoor.traceql;

/// Something that can be read from a span: an attribute of its own, of its resource, scope, events
/// or links, or an intrinsic.
public sealed interface Field {

  /// Whether a value of this field belongs to an event, to a link, or to the span (and what the
  /// span belongs to).
  Level level();

  /// Whether a value depends on other spans of the trace, so that a piece of the trace may show
  /// another one than the whole.
  default boolean dependsOnTrace() {
    return false;
  }

  /// An attribute by name. Names are exact and case-sensitive.
  record Attribute(Scope scope, String name) implements Field {
    @Override
    public Level level() {
      return switch (scope) {
        case EVENT -> Level.EVENT;
        case LINK -> Level.LINK;
        case ANY, SPAN, RESOURCE, INSTRUMENTATION -> Level.SPAN;
      };
    }
  }

  /// What every span has. The comment gives the scoped spelling and the type of the value.
  enum Intrinsic implements Field {
    /// `span:name`, string.
    NAME,
    /// `span:duration`, duration: end - start.
    DURATION,
    /// `span:status`, status.
    STATUS,
    /// `span:statusMessage`, string, `""` when absent.
    STATUS_MESSAGE,
    /// `span:kind`, kind.
    KIND,
    /// `span:id`, string of 16 lower-case hex digits.
    SPAN_ID,
    /// `span:parentID`, string of 16 hex digits, all zero for a root.
    PARENT_SPAN_ID,
    /// `span:childCount`, int: direct children in the trace.
    CHILD_COUNT,
    /// `trace:id`, string: hex without leading zeros.
    TRACE_ID,
    /// `trace:duration`, duration: max(end) - min(start) over all spans of the trace.
    TRACE_DURATION,
    /// `trace:rootName`, string, `""` when the root is missing.
    ROOT_NAME,
    /// `trace:rootService`, string, `""` when the root is missing.
    ROOT_SERVICE_NAME,
    /// `event:name`, string.
    EVENT_NAME(Level.EVENT),
    /// `event:timeSinceStart`, duration.
    EVENT_TIME_SINCE_START(Level.EVENT),
    /// `link:traceID`, string: hex without leading zeros.
    LINK_TRACE_ID(Level.LINK),
    /// `link:spanID`, string of 16 hex digits.
    LINK_SPAN_ID(Level.LINK),
    /// `instrumentation:name`, string, `""` when absent.
    INSTRUMENTATION_NAME,
    /// `instrumentation:version`, string, `""` when absent.
    INSTRUMENTATION_VERSION,
    /// `nestedSetLeft`, int: position in the tree of the trace, 0 when unknown.
    NESTED_SET_LEFT,
    /// `nestedSetRight`, int.
    NESTED_SET_RIGHT,
    /// `nestedSetParent`, int: the parent's left, -1 for roots, 0 for spans no root leads to.
    NESTED_SET_PARENT,
    /// Not in the language; int: start of the span in nanoseconds since the epoch.
    SPAN_START,
    /// Not in the language; int: earliest start of the trace in nanoseconds since the epoch.
    TRACE_START;

    private final Level level;

    Intrinsic() {
      this(Level.SPAN);
    }

    Intrinsic(Level level) {
      this.level = level;
    }

    @Override
    public Level level() {
      return level;
    }

    @Override
    public boolean dependsOnTrace() {
      return switch (this) {
        case CHILD_COUNT, TRACE_DURATION, TRACE_START, ROOT_NAME, ROOT_SERVICE_NAME -> true;
        case NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT -> true;
        case NAME, DURATION, STATUS, STATUS_MESSAGE, KIND, SPAN_ID, PARENT_SPAN_ID -> false;
        case TRACE_ID, EVENT_NAME, EVENT_TIME_SINCE_START, LINK_TRACE_ID -> false;
        case LINK_SPAN_ID, INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION, SPAN_START -> false;
      };
    }
  }

  enum Level {
    SPAN,
    EVENT,
    LINK
  }
}
