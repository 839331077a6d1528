/// The seam between the language and storage: what a query asks of columns, and how they answer.
@NullMarked
package dev.spoor.traceql.fetch;

import org.jspecify.annotations.NullMarked;
