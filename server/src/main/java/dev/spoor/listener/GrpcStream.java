package dev.spoor.listener;

import dev.spoor.model.Bytes;

/// Where the messages of a server-streaming gRPC call go. One thread at a time.
///
/// At most one message waits here for the client; who wants to send more waits with it. So a client
/// that reads slowly, or not at all, costs the memory of one message.
public interface GrpcStream {

  /// Waits until the transport has taken everything that was sent.
  ///
  /// @throws InterruptedException also when the client went away
  void awaitRoom() throws InterruptedException;

  /// Waits for room, then hands the message over. When it throws, nothing was handed over.
  ///
  /// @throws InterruptedException also when the client went away
  void send(Bytes message) throws InterruptedException;
}
