/// Plans the jobs of a query, runs them on the pool, combines the answers.
@NullMarked
package dev.spoor.frontend;

import org.jspecify.annotations.NullMarked;
