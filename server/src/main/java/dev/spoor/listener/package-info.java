/// Ports, TLS, HTTP and gRPC; hides the server library.
@NullMarked
package dev.spoor.listener;

import org.jspecify.annotations.NullMarked;
