package dev.spoor.storage.columns;

/// What the 64 bits of an attribute value mean. Bytes and not an enum, since they stand in columns
/// and on disk; a number once given is never given to something else.
public final class ValueType {

  /// The value is the id of a string in the batch's dictionary.
  public static final byte STRING = 1;

  /// The value is the integer.
  public static final byte INT = 2;

  /// The value is `Double.doubleToRawLongBits`.
  public static final byte DOUBLE = 3;

  /// The value is 0 or 1.
  public static final byte BOOL = 4;

  /// Everything else (arrays, key-value lists, bytes, a value that was not set): the value is the
  /// id of a dictionary entry that holds the OTLP `AnyValue` message in protobuf encoding. The
  /// entry is the empty string when no value was set.
  public static final byte OTHER = 5;

  /// Whether a value of this type is the id of a dictionary entry.
  public static boolean isString(byte type) {
    return type == STRING || type == OTHER;
  }

  private ValueType() {}
}
