<<<<<<< HEAD
/// The one package that knows Parquet: footers, pages, levels and encodings, read and written; a
/// schema value per block version.
=======
/// Parquet files as columns: footers, pages, levels and values. Knows the file format and nothing
/// of traces; the one package that does.
>>>>>>> refs/heads/parquet-write
@NullMarked
package dev.spoor.storage.parquet;

import org.jspecify.annotations.NullMarked;
