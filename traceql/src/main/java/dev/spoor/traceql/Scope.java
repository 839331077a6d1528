package dev.spoor.traceql;

/// Where an attribute lives.
public enum Scope {
  /// `.x`: the span's attribute if it has that key, else the resource's.
  ANY(""),
  SPAN("span"),
  RESOURCE("resource"),
  EVENT("event"),
  LINK("link"),
  INSTRUMENTATION("instrumentation");

  private final String text;

  Scope(String text) {
    this.text = text;
  }

  /// As written before the dot, for example `span`; empty for [#ANY].
  public String text() {
    return text;
  }
}
