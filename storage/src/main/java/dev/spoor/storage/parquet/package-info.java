/// The one package that knows Parquet: footers, pages, levels and encodings, read and written; a
/// schema value per block version.
@NullMarked
package dev.spoor.storage.parquet;

import org.jspecify.annotations.NullMarked;
