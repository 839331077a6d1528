/// Plans the jobs of a query, queues them fairly, combines the answers.
@NullMarked
package dev.spoor.frontend;

import org.jspecify.annotations.NullMarked;
