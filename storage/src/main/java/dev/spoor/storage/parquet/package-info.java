/// Parquet files as columns: footers, pages, levels and values. Knows the file format and nothing
/// of traces; the one package that does.
@NullMarked
package dev.spoor.storage.parquet;

import org.jspecify.annotations.NullMarked;
