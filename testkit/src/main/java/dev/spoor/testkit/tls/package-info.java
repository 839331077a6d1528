/// Certificates for tests.
@NullMarked
package dev.spoor.testkit.tls;

import org.jspecify.annotations.NullMarked;
