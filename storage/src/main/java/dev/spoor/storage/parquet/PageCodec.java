package dev.spoor.storage.parquet;

import org.apache.parquet.format.CompressionCodec;

/// How the pages of a column are compressed.
public enum PageCodec {
  NONE(CompressionCodec.UNCOMPRESSED),
  SNAPPY(CompressionCodec.SNAPPY),
  ZSTD(CompressionCodec.ZSTD);

  private final CompressionCodec inFooter;

  PageCodec(CompressionCodec inFooter) {
    this.inFooter = inFooter;
  }

  CompressionCodec inFooter() {
    return inFooter;
  }
}
