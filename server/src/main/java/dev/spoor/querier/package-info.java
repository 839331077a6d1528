/// The `querier` section, and what brings the pieces of one trace together. Jobs are run by
/// `frontend`, as long as there is one process.
@NullMarked
package dev.spoor.querier;

import org.jspecify.annotations.NullMarked;
