package org.apache.hadoop.io.compress.zlib;

/// An empty stand-in, so that parquet-java loads without Hadoop.
public class ZlibCompressor {

  /// Levels that parquet-java names.
  public enum CompressionLevel {
    DEFAULT_COMPRESSION
  }
}
