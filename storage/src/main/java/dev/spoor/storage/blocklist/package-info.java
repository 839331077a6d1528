/// Which blocks a query may read, as the store last told.
@NullMarked
package dev.spoor.storage.blocklist;

import org.jspecify.annotations.NullMarked;
