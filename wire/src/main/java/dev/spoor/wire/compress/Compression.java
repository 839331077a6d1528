package dev.spoor.wire.compress;

import java.util.Locale;
import java.util.Optional;

/// How a request body may be compressed.
public enum Compression {
  NONE("plain"),
  GZIP("gzip"),

  /// The zlib format, which HTTP calls `deflate`.
  ZLIB("zlib"),
  ZSTD("zstd"),

  /// Framed or a single block; the first bytes tell.
  SNAPPY("snappy"),

  /// The frame format.
  LZ4("lz4");

  private final String text;

  Compression(String text) {
    this.text = text;
  }

  /// What people call it.
  public String text() {
    return text;
  }

  /// What a `Content-Encoding` or `grpc-encoding` header names, in any case.
  ///
  /// @return empty when we don't know it
  public static Optional<Compression> ofHeader(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity", "none" -> Optional.of(NONE);
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "zlib", "deflate" -> Optional.of(ZLIB);
      case "zstd" -> Optional.of(ZSTD);
      case "snappy", "x-snappy-framed" -> Optional.of(SNAPPY);
      case "lz4" -> Optional.of(LZ4);
      default -> Optional.empty();
    };
  }
}
