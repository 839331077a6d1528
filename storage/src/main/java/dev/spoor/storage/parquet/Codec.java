package dev.spoor.storage.parquet;

/// How the pages of a column are compressed.
public enum Codec {
  UNCOMPRESSED,
  SNAPPY,
  GZIP,
  ZSTD,
  LZ4_RAW,
  /// BROTLI, LZO and the LZ4 of Hadoop: not decoded.
  OTHER
}
