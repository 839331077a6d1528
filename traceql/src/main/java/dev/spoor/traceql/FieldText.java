package dev.spoor.traceql;

/// How fields are written.
public final class FieldText {

  private FieldText() {}

  /// The canonical spelling, which reads back as the field: `span.foo`, `.foo`, `resource."a b"`,
  /// `duration`, `span:id`.
  ///
  /// @throws IllegalArgumentException for an intrinsic that the language has no word for
  public static String canonical(Field field) {
    return switch (field) {
      case Field.Attribute(Scope scope, String name) ->
          scope.text() + '.' + (needsQuotes(scope, name) ? quoted(name) : name);
      case Field.Intrinsic intrinsic -> canonical(intrinsic);
    };
  }

  /// The key of a field among the attributes of a span in an answer: an attribute's bare name, an
  /// intrinsic's canonical spelling.
  public static String bare(Field field) {
    return switch (field) {
      case Field.Attribute(Scope _, String name) -> name;
      case Field.Intrinsic intrinsic -> canonical(intrinsic);
    };
  }

  private static String canonical(Field.Intrinsic intrinsic) {
    return switch (intrinsic) {
      case NAME -> "name";
      case DURATION -> "duration";
      case STATUS -> "status";
      case STATUS_MESSAGE -> "statusMessage";
      case KIND -> "kind";
      case SPAN_ID -> "span:id";
      case PARENT_SPAN_ID -> "span:parentID";
      case CHILD_COUNT -> "span:childCount";
      case TRACE_ID -> "trace:id";
      case TRACE_DURATION -> "traceDuration";
      case ROOT_NAME -> "rootName";
      case ROOT_SERVICE_NAME -> "rootServiceName";
      case EVENT_NAME -> "event:name";
      case EVENT_TIME_SINCE_START -> "event:timeSinceStart";
      case LINK_TRACE_ID -> "link:traceID";
      case LINK_SPAN_ID -> "link:spanID";
      case INSTRUMENTATION_NAME -> "instrumentation:name";
      case INSTRUMENTATION_VERSION -> "instrumentation:version";
      case NESTED_SET_LEFT -> "nestedSetLeft";
      case NESTED_SET_RIGHT -> "nestedSetRight";
      case NESTED_SET_PARENT -> "nestedSetParent";
      case SPAN_START, TRACE_START ->
          throw new IllegalArgumentException(intrinsic + " is not in the language");
    };
  }

  /// Whether a character may stand in an attribute name outside quotes.
  public static boolean isNameCharacter(int codePoint) {
    return switch (codePoint) {
      case '{', '}', '(', ')', '=', '~', '!', '<', '>', '&', '|', '^', ',', '"' -> false;
      default -> !isBlank(codePoint);
    };
  }

  /// White space in the sense of Unicode, no-break spaces and the control characters included.
  static boolean isBlank(int codePoint) {
    return codePoint == 0x85
        || (codePoint >= '\t' && codePoint <= '\r')
        || Character.isSpaceChar(codePoint);
  }

  private static boolean needsQuotes(Scope scope, String name) {
    boolean readsAsNumber =
        scope == Scope.ANY && !name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9';
    return name.isEmpty()
        || readsAsNumber
        || !name.codePoints().allMatch(FieldText::isNameCharacter);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
