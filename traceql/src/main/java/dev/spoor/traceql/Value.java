package dev.spoor.traceql;

import java.util.List;

/// A value of the language, as written in a query or read from a span.
public sealed interface Value {

  /// The value of an attribute that is not there.
  record Nil() implements Value {}

  record Int(long value) implements Value {}

  record Float(double value) implements Value {}

  record Str(String value) implements Value {}

  record Bool(boolean value) implements Value {}

  /// Nanoseconds.
  record Duration(long nanos) implements Value {}

  record Status(SpanStatus value) implements Value {}

  record Kind(SpanKind value) implements Value {}

  /// An array whose elements all have one type out of int, float, string and bool. Not empty, and
  /// not of one element, which counts as that element.
  record Array(List<Value> elements) implements Value {
    public Array {
      elements = List.copyOf(elements);
    }
  }

  /// Present, but neither comparable nor nil: bytes, maps, mixed or empty arrays.
  record Opaque() implements Value {}

  Value NIL = new Nil();
  Value OPAQUE = new Opaque();

  /// The status of a span. The OTLP number is not the order that the language uses.
  enum SpanStatus {
    ERROR("error", 2),
    OK("ok", 1),
    UNSET("unset", 0);

    private final String text;
    private final int otlp;

    SpanStatus(String text, int otlp) {
      this.text = text;
      this.otlp = otlp;
    }

    public String text() {
      return text;
    }

    public int otlp() {
      return otlp;
    }

    /// An unknown number is unset.
    public static SpanStatus ofOtlp(int number) {
      return switch (number) {
        case 1 -> OK;
        case 2 -> ERROR;
        default -> UNSET;
      };
    }
  }

  /// The kind of a span; the ordinal is the language's number.
  enum SpanKind {
    UNSPECIFIED("unspecified", 0),
    INTERNAL("internal", 1),
    CLIENT("client", 3),
    SERVER("server", 2),
    PRODUCER("producer", 4),
    CONSUMER("consumer", 5);

    private final String text;
    private final int otlp;

    SpanKind(String text, int otlp) {
      this.text = text;
      this.otlp = otlp;
    }

    public String text() {
      return text;
    }

    public int otlp() {
      return otlp;
    }

    /// An unknown number is unspecified.
    public static SpanKind ofOtlp(int number) {
      return switch (number) {
        case 1 -> INTERNAL;
        case 2 -> SERVER;
        case 3 -> CLIENT;
        case 4 -> PRODUCER;
        case 5 -> CONSUMER;
        default -> UNSPECIFIED;
      };
    }
  }
}
