package dev.spoor.listener;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.TransportType;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The thread of a port that takes new connections, and that ends with its port.
///
/// Netty's groups stay two seconds longer in case that somebody gives them new work. Nobody does
/// once a port is closed, and whoever stops or fails to start the program would wait for it.
final class Acceptors extends MultiThreadIoEventLoopGroup {

  private static final long AT_MOST_SECONDS = 5;

  private Acceptors(String port, IoHandlerFactory handlers) {
    super(1, new DefaultThreadFactory(port + "-accept", true), handlers);
  }

  /// Has the port use such a thread, where the transport of connections is a usual one.
  static void of(String port, ServerBuilder builder) {
    handlers(Flags.transportType())
        .ifPresent(handlers -> builder.bossGroupFactory(_ -> new Acceptors(port, handlers)));
  }

  /// Connections belong to threads of the kind that accepted them.
  private static Optional<IoHandlerFactory> handlers(TransportType transport) {
    return switch (transport) {
      case EPOLL -> Optional.of(EpollIoHandler.newFactory());
      case NIO -> Optional.of(NioIoHandler.newFactory());
      case KQUEUE, IO_URING -> Optional.empty();
    };
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, AT_MOST_SECONDS, TimeUnit.SECONDS);
  }
}
