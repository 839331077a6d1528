package dev.spoor.storage.parquet;

import org.jspecify.annotations.Nullable;

/// A column in one row group: where its pages are, and what its writer said about them.
///
/// @param offset of the first page in the file, the dictionary page included
/// @param length of all pages with their headers, in bytes
/// @param values entries, nulls and placeholders included
/// @param dictionary whether each data page is sure to be encoded with the dictionary
/// @param min smallest value in the encoding PLAIN, or null when unknown; may be cut
/// @param max largest value
/// @param offsetIndex place of the offset index; its length is 0 when there is none
/// @param columnIndex place of the column index; its length is 0 when there is none
public record Chunk(
    Leaf leaf,
    Codec codec,
    long offset,
    long length,
    long values,
    boolean dictionary,
    byte @Nullable [] min,
    byte @Nullable [] max,
    Place offsetIndex,
    Place columnIndex) {

  /// A range of the file.
  public record Place(long offset, int length) {
    static final Place NONE = new Place(0, 0);

    public boolean exists() {
      return length > 0;
    }
  }
}
