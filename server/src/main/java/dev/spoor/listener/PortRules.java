package dev.spoor.listener;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// How long a port puts up with connections and requests, and what else holds for all of them.
/// Durations of zero leave out the rule.
///
/// @param idle a connection without requests is closed after this; zero for two minutes
/// @param age a connection is closed after this, once its requests are answered
/// @param ping how often a silent connection is asked whether it is still there
/// @param read a request's body has to be there after this, from its head on
/// @param write a request has to be answered after this, from its head on
/// @param keepAlive whether a connection may carry more than one request
/// @param encodings how bodies may be compressed, by the names of `content-encoding`, in lower
///   case; empty for every way that is known
/// @param headers that every answer carries
public record PortRules(
    Duration idle,
    Duration age,
    Duration ping,
    Duration read,
    Duration write,
    boolean keepAlive,
    Set<String> encodings,
    Map<String, String> headers) {

  public static final PortRules NONE =
      new PortRules(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          true,
          Set.of(),
          Map.of());

  public PortRules {
    encodings = Set.copyOf(encodings);
    headers = Map.copyOf(headers);
  }

  /// Whether each request has to be looked at.
  boolean concernRequests() {
    return !encodings.isEmpty() || !headers.isEmpty();
  }

  /// @param encoding a `content-encoding`; empty for a plain body, which is always taken
  boolean takes(String encoding) {
    String name = encoding.strip().toLowerCase(Locale.ROOT);
    return encodings.isEmpty()
        || name.isEmpty()
        || name.equals("identity")
        || encodings.contains(name);
  }

  /// For messages.
  String encodingsText() {
    return String.join(", ", new TreeSet<>(encodings));
  }
}
