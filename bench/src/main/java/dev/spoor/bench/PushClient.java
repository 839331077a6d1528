package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import java.net.URI;

/// Sends OTLP exports and waits for the answers. Safe for many threads.
interface PushClient extends AutoCloseable {

  /// @param body `ExportTraceServiceRequest`
  PushAnswer push(byte[] body) throws InterruptedException;

  @Override
  void close();

  /// @param target `http://host:port` for OTLP/HTTP, `grpc://host:port` for gRPC
  /// @param connections at most so many
  static PushClient to(String target, int connections) {
    URI uri = URI.create(target);
    return switch (String.valueOf(uri.getScheme())) {
      case "http" -> new HttpPushClient(uri);
      case "grpc" -> new GrpcPushClient(uri, connections);
      default ->
          throw new IllegalArgumentException(
              target + " is neither http://host:port nor grpc://host:port");
    };
  }

  /// Reads an `ExportTraceServiceResponse`.
  static PushAnswer acknowledged(byte[] response) {
    try {
      long rejected = 0;
      ProtoReader reader = new ProtoReader(Bytes.of(response));
      while (reader.hasMore()) {
        int tag = reader.tag();
        if (tag != (1 << 3 | 2)) {
          reader.skip(tag);
          continue;
        }
        int outer = reader.enter();
        while (reader.hasMore()) {
          int inner = reader.tag();
          if (inner == 1 << 3) {
            rejected = reader.varint();
          } else {
            reader.skip(inner);
          }
        }
        reader.leave(outer);
      }
      return new PushAnswer.Acknowledged(rejected);
    } catch (MalformedProtoException malformed) {
      return new PushAnswer.Unknown("malformed answer: " + malformed.getMessage());
    }
  }
}
