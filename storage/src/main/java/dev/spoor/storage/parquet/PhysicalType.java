package dev.spoor.storage.parquet;

/// How a value stands in the file.
public enum PhysicalType {
  BOOLEAN,
  INT32,
  INT64,
  FLOAT,
  DOUBLE,
  BYTE_ARRAY,
  FIXED_LEN_BYTE_ARRAY,
  /// Never decoded.
  INT96;

  /// Whether values are byte strings, not numbers.
  public boolean isBytes() {
    return this == BYTE_ARRAY || this == FIXED_LEN_BYTE_ARRAY;
  }
}
