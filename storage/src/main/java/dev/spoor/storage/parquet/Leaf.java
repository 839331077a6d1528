package dev.spoor.storage.parquet;

import java.util.List;

/// A column of a file: a leaf of its schema.
///
/// @param index the ordinal among the leaves
/// @param path names from below the root to the leaf, joined by dots
/// @param typeLength bytes of a value for [PhysicalType#FIXED_LEN_BYTE_ARRAY], else 0
/// @param levelDefs for each repetition level, from 0, the definition level from which an element
///   of that level exists; its size is the maximum repetition level and one
public record Leaf(
    int index,
    String path,
    PhysicalType type,
    int typeLength,
    int maxDefinition,
    List<Integer> levelDefs) {

  public Leaf {
    levelDefs = List.copyOf(levelDefs);
  }

  public int maxRepetition() {
    return levelDefs.size() - 1;
  }

  /// The definition level from which an element of this repetition level exists.
  public int definitionAt(int level) {
    return levelDefs.get(level);
  }
}
