package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;

/// A label of a series.
///
/// @param value a string, an int, a float or a bool
public record Label(String key, Value value) {

  static final String NAME = "__name__";
  static final String BUCKET = "__bucket";
  static final String QUANTILE = "p";
  static final String META_TYPE = "__meta_type";

  static Label text(String key, String value) {
    return new Label(key, new Value.Str(value));
  }

  /// What has no type of its own in an answer becomes text.
  static Label of(String key, Value value) {
    return switch (value) {
      case Value.Str _, Value.Int _, Value.Float _, Value.Bool _ -> new Label(key, value);
      case Value.Nil _,
          Value.Duration _,
          Value.Status _,
          Value.Kind _,
          Value.Array _,
          Value.Opaque _ ->
          text(key, ValueText.plain(value));
    };
  }
}
