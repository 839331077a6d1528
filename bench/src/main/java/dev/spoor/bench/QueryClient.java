package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.OtlpTags;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Asks the query API. Safe for many threads.
final class QueryClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final int RESPONSE_TRACE = 1 << 3 | 2;
  private static final int SPAN_ID_BYTES = 8;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI server;

  /// @param server `http://host:port`
  QueryClient(String server) {
    this.server = URI.create(server);
  }

  /// An answer about one trace.
  ///
  /// @param spanIds big-endian; empty when nothing was found
  /// @param strangers spans of other traces in it
  /// @param partial why the answer may be incomplete
  record TraceAnswer(long[] spanIds, int strangers, Optional<String> partial) {}

  /// @throws IOException when there is no answer, or one that can't be read
  TraceAnswer trace(TraceId id) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        get("/api/v2/traces/" + id.toHex(), "application/protobuf", 200);
    try {
      return traceAnswer(id, response);
    } catch (MalformedProtoException malformed) {
      throw new IOException("trace %s: the answer is malformed".formatted(id), malformed);
    }
  }

  private static TraceAnswer traceAnswer(TraceId id, HttpResponse<byte[]> response)
      throws MalformedProtoException {
    Bytes trace = Bytes.EMPTY;
    ProtoReader reader = new ProtoReader(Bytes.of(response.body()));
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == RESPONSE_TRACE) {
        trace = reader.bytes();
      } else {
        reader.skip(tag);
      }
    }
    // A trace has the fields of an export.
    SpanBatch spans = OtlpDecoder.decode(trace);
    long[] ids = new long[spans.spanCount()];
    int strangers = 0;
    for (int span = 0; span < ids.length; span++) {
      ids[span] = spanId(spans, span);
      strangers += spans.traceId(span).equals(id) ? 0 : 1;
    }
    return new TraceAnswer(ids, strangers, response.headers().firstValue("spoor-partial"));
  }

  private static long spanId(SpanBatch spans, int span) throws MalformedProtoException {
    int from = spans.spanOffset(span);
    ProtoReader reader =
        new ProtoReader(spans.body().array(), from, from + spans.spanLength(span), from);
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.SPAN_SPAN_ID) {
        Bytes id = reader.bytes();
        return id.length() == SPAN_ID_BYTES
            ? ByteBuffer.wrap(id.array(), id.offset(), SPAN_ID_BYTES).getLong()
            : 0;
      }
      reader.skip(tag);
    }
    return 0;
  }

  /// Whether a TraceQL query finds something in the last hour. Asks as Grafana does, with a start
  /// and an end.
  boolean finds(String query) throws IOException, InterruptedException {
    return search(query).contains("\"traceID\"");
  }

  /// The JSON of a search over the last hour.
  String search(String query) throws IOException, InterruptedException {
    long now = Instant.now().getEpochSecond();
    String path =
        "/api/search?q=%s&start=%d&end=%d"
            .formatted(URLEncoder.encode(query, StandardCharsets.UTF_8), now - 3600, now + 1);
    return new String(get(path, "application/json", 200).body(), StandardCharsets.UTF_8);
  }

  /// The JSON at a path, with its parameters.
  String ask(String path) throws IOException, InterruptedException {
    return new String(get(path, "application/json", 200).body(), StandardCharsets.UTF_8);
  }

  /// Lets the server bring everything to its object store, and waits until it has.
  void flush() throws IOException, InterruptedException {
    get("/flush?wait=true&timeout=10m", "*/*", 204);
  }

  boolean isReady() throws InterruptedException {
    try {
      get("/ready", "*/*", 200);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<byte[]> get(String path, String accept, int expected)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(TIMEOUT)
            .header("accept", accept)
            .build();
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != expected) {
      throw new IOException(
          "GET %s: %d %s"
              .formatted(
                  path,
                  response.statusCode(),
                  new String(response.body(), StandardCharsets.UTF_8).strip()));
    }
    return response;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
