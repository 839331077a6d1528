/// Ports, and HTTP and gRPC on them. The one package that knows the server library.
@NullMarked
package dev.spoor.listener;

import org.jspecify.annotations.NullMarked;
