/// Objects under keys: a folder, S3, memory; one contract for all.
@NullMarked
package dev.spoor.storage.objectstore;

import org.jspecify.annotations.NullMarked;
