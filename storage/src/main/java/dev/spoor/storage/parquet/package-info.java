/// The one package that knows Parquet: what the columns of a block look like, how pages are
/// encoded, written and read back.
@NullMarked
package dev.spoor.storage.parquet;

import org.jspecify.annotations.NullMarked;
