package dev.spoor.storage.parquet;

/// Counts what reading costs. One thread at a time.
public final class ReadCost {

  long bytesRead;
  long pagesRead;
  long pagesSkipped;

  /// Bytes taken from the file, compressed, gaps between coalesced ranges included.
  public long bytesRead() {
    return bytesRead;
  }

  /// Data and dictionary pages that were decoded.
  public long pagesRead() {
    return pagesRead;
  }

  /// Data pages that were passed over without decoding them.
  public long pagesSkipped() {
    return pagesSkipped;
  }
}
