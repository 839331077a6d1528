package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A TCP proxy on loopback that makes trouble between a client and its server.
///
/// What it does is decided for each connection when it is made; a change of mind ends the
/// connections of before. Threads: any.
public final class FaultProxy implements AutoCloseable {

  /// What happens to a connection.
  public sealed interface Behaviour {

    /// Bytes go both ways.
    record Pass() implements Behaviour {}

    /// As [Pass], but the answer's first byte comes this much later.
    record Delay(Duration by) implements Behaviour {}

    /// Reset as soon as the client has sent something.
    record Reset() implements Behaviour {}

    /// Taken, read from, never answered.
    record Stall() implements Behaviour {}

    /// The request is swallowed and answered with this status; the server hears nothing.
    record Answer(int status, String body) implements Behaviour {}

    /// Reset after so many bytes of requests; the server gets those.
    record CutRequest(long afterBytes) implements Behaviour {}

    /// Reset after so many bytes of answers; at 0 the server did what it was asked, and the client
    /// does not hear of it.
    record CutAnswer(long afterBytes) implements Behaviour {}
  }

  private static final int BUFFER = 16 << 10;
  private static final int BIND_ATTEMPTS = 500;

  private final InetSocketAddress server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final int port;
  private final AtomicReference<@Nullable Behaviour> once = new AtomicReference<>();
  private volatile Behaviour behaviour = new Behaviour.Pass();
  private volatile ServerSocket listener;
  private volatile Socket placeholder = new Socket();

  public FaultProxy(int serverPort) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    this.listener = listen(0);
    this.port = listener.getLocalPort();
  }

  /// Host and port.
  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /// How many connections were made so far.
  public int connections() {
    return connections.get();
  }

  public void behave(Behaviour next) {
    behaviour = next;
    dropConnections();
  }

  public void pass() {
    behave(new Behaviour.Pass());
  }

  /// For the next connection only; those after it pass.
  public void behaveOnce(Behaviour next) {
    behave(new Behaviour.Pass());
    once.set(next);
  }

  /// From now on connections are refused, until [#accept]. The port stays ours: it is bound by a
  /// socket that does not listen.
  public void refuse() throws IOException {
    listener.close();
    dropConnections();
    Socket bound = new Socket();
    bound.setReuseAddress(true);
    bind(() -> bound.bind(address(port)));
    placeholder = bound;
  }

  public void accept() throws IOException {
    placeholder.close();
    listener = listen(port);
  }

  @Override
  public void close() throws IOException {
    placeholder.close();
    listener.close();
    dropConnections();
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    bind(() -> socket.bind(address(at), 100));
    Thread.ofVirtual().name("fault-proxy-accept").start(() -> acceptFrom(socket));
    return socket;
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /// Between two owners of ours, the port may be lent to a stranger's outgoing connection.
  private static void bind(Binding binding) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        binding.bind();
        return;
      } catch (BindException lent) {
        if (attempt == BIND_ATTEMPTS) {
          throw lent;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }

  private interface Binding {
    void bind() throws IOException;
  }

  private void acceptFrom(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        open.add(client);
        Behaviour special = once.getAndSet(null);
        Behaviour now = special == null ? behaviour : special;
        connections.incrementAndGet();
        Thread.ofVirtual().name("fault-proxy").start(() -> serve(client, now));
      } catch (IOException closed) {
        return;
      }
    }
  }

  /// Errors of a connection end it: that is all a proxy can do.
  private void serve(Socket client, Behaviour now) {
    try {
      switch (now) {
        case Behaviour.Pass() -> forward(client, Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE);
        case Behaviour.Delay(Duration by) -> forward(client, by, Long.MAX_VALUE, Long.MAX_VALUE);
        case Behaviour.Reset() -> {
          client.getInputStream().read();
          reset(client);
        }
        case Behaviour.Stall() ->
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        case Behaviour.Answer(int status, String body) -> answer(client, status, body);
        case Behaviour.CutRequest(long after) ->
            forward(client, Duration.ZERO, after, Long.MAX_VALUE);
        case Behaviour.CutAnswer(long after) ->
            forward(client, Duration.ZERO, Long.MAX_VALUE, after);
      }
    } catch (IOException broken) {
      reset(client);
    } finally {
      drop(client);
    }
  }

  private void forward(Socket client, Duration delay, long requestBytes, long answerBytes)
      throws IOException {
    try (Socket upstream = new Socket()) {
      upstream.connect(server);
      open.add(upstream);
      CountDownLatch answered = new CountDownLatch(1);
      Thread.ofVirtual()
          .name("fault-proxy-answers")
          .start(() -> {
            pump(upstream, client, delay, answerBytes);
            answered.countDown();
          });
      pump(client, upstream, Duration.ZERO, requestBytes);
      answered.await();
      open.remove(upstream);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /// Copies until the end or the limit; at the limit both sides are reset.
  private static void pump(Socket from, Socket to, Duration delay, long limit) {
    byte[] buffer = new byte[BUFFER];
    long left = limit;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!delay.isZero()) {
          Thread.sleep(delay);
        }
        int passed = (int) Math.min(read, left);
        out.write(buffer, 0, passed);
        left -= passed;
        if (passed < read) {
          reset(from);
          reset(to);
          return;
        }
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      reset(from);
      reset(to);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(Socket client, int status, String body) throws IOException {
    InputStream in = client.getInputStream();
    byte[] buffer = new byte[BUFFER];
    if (in.read(buffer) < 0) {
      return;
    }
    String head =
        "HTTP/1.1 %d Trouble\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, body.length());
    client.getOutputStream().write((head + body).getBytes(ISO_8859_1));
    client.shutdownOutput();
    in.transferTo(OutputStream.nullOutputStream());
  }

  private void dropConnections() {
    open.forEach(this::drop);
  }

  private void drop(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // It is gone, which was wanted.
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      // It is gone, which was wanted.
    }
  }
}
