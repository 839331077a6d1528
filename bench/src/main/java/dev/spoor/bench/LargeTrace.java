package dev.spoor.bench;

import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.storage.columns.SpanColumns;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One trace of any size, as an exporter sends it that never begins a new one: 2.5 million spans
/// are about a gigabyte.
///
/// Spans have ids from 1 on, start when they are sent, and have about 415 bytes and nine
/// attributes, as those of the fleet.
final class LargeTrace {

  private static final int SPANS_PER_REQUEST = 500;
  private static final int SPANS_OF_A_BATCH = 5_000;
  private static final int SPANS_OF_A_PARENT = 50;

  private final PushClient client;
  private final TraceId id;
  private final long spans;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

  /// @param problem the first refusal that trying again did not cure, or answer that never came
  record Report(
      TraceId id,
      long acknowledged,
      long bytes,
      long retries,
      double seconds,
      Optional<String> problem) {

    String text() {
      return "trace %s: %,d spans acknowledged, %,d bytes, %,d requests tried again, %.1f s%s%n"
          .formatted(
              id.toHex(),
              acknowledged,
              bytes,
              retries,
              seconds,
              problem.map(what -> "\n" + what).orElse(""));
    }
  }

  private LargeTrace(PushClient client, TraceId id, long spans) {
    this.client = client;
    this.id = id;
    this.spans = spans;
  }

  /// Sends a trace over some connections and waits for all answers.
  static Report send(String target, int connections, TraceId id, long spans)
      throws InterruptedException {
    long begin = System.nanoTime();
    try (PushClient client = PushClient.to(target, connections)) {
      LargeTrace trace = new LargeTrace(client, id, spans);
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        senders.add(Thread.ofPlatform().start(trace::sendAll));
      }
      for (Thread sender : senders) {
        sender.join();
      }
      return new Report(
          id,
          trace.acknowledged.get(),
          trace.bytes.get(),
          trace.retries.get(),
          (System.nanoTime() - begin) / 1e9,
          Optional.ofNullable(trace.problem.get()));
    }
  }

  private void sendAll() {
    try {
      for (long from = next.getAndAdd(SPANS_PER_REQUEST);
          from < spans && problem.get() == null;
          from = next.getAndAdd(SPANS_PER_REQUEST)) {
        send(request(id, from, Math.min(spans, from + SPANS_PER_REQUEST)), from);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(byte[] body, long from) throws InterruptedException {
    for (int pause = 10; true; pause = Math.min(500, pause * 2)) {
      switch (client.push(body)) {
        case PushAnswer.Acknowledged(long rejected) -> {
          acknowledged.addAndGet(Math.min(spans - from, SPANS_PER_REQUEST) - rejected);
          bytes.addAndGet(body.length);
          return;
        }
        case PushAnswer.Refused(boolean retryable, String reason) -> {
          if (!retryable) {
            problem.compareAndSet(null, reason);
            return;
          }
          retries.incrementAndGet();
          Thread.sleep(pause);
        }
        case PushAnswer.Unknown(String reason) -> {
          problem.compareAndSet(null, reason);
          return;
        }
      }
    }
  }

  /// The spans `[from, to)` of a trace as columns; few of their bodies are in memory at a time.
  static List<SpanColumns> batches(TraceId id, long from, long to) {
    List<SpanColumns> batches = new ArrayList<>();
    for (long at = from; at < to; at += SPANS_OF_A_BATCH) {
      batches.addAll(Limits.shred(bodies(id, at, Math.min(to, at + SPANS_OF_A_BATCH))));
    }
    return batches;
  }

  /// The bodies of the spans `[from, to)` of a trace.
  static FleetBodies bodies(TraceId id, long from, long to) {
    List<byte[]> bodies = new ArrayList<>();
    long bytes = 0;
    for (long at = from; at < to; at += SPANS_PER_REQUEST) {
      byte[] body = request(id, at, Math.min(to, at + SPANS_PER_REQUEST));
      bytes += body.length;
      bodies.add(body);
    }
    return new FleetBodies(bodies, to - from, bytes);
  }

  private static byte[] request(TraceId id, long from, long to) {
    SplittableRandom random = new SplittableRandom(from);
    ProtoWriter writer = new ProtoWriter(256 << 10);
    int resourceSpans = writer.begin(1);
    int resource = writer.begin(1);
    string(writer, 1, "service.name", "endless");
    string(writer, 1, "service.instance.id", "endless-" + from / SPANS_PER_REQUEST % 3);
    writer.end(resource);
    int scopeSpans = writer.begin(2);
    long now = System.currentTimeMillis() * 1_000_000;
    for (long span = from; span < to; span++) {
      addSpan(writer, id, span, now, random);
    }
    writer.end(scopeSpans);
    writer.end(resourceSpans);
    return writer.finish().toArray();
  }

  private static void addSpan(
      ProtoWriter writer, TraceId id, long span, long now, SplittableRandom random) {
    int message = writer.begin(2);
    writer.bytes(1, id.toBytes());
    writer.bytes(2, spanId(span));
    if (span > 0) {
      writer.bytes(4, spanId(span / SPANS_OF_A_PARENT));
    }
    writer.string(5, "step " + span % 20);
    writer.varint(6, 1 + span % 5);
    writer.fixed64(7, now + random.nextInt(1_000_000));
    writer.fixed64(8, now + 1_000_000 + random.nextInt(50_000_000));
    string(writer, 9, "url.path", "/api/products/" + random.nextInt(4_000));
    string(writer, 9, "http.route", "/api/products/{id}");
    string(writer, 9, "http.request.method", span % 3 == 0 ? "POST" : "GET");
    string(writer, 9, "user.id", "u-" + random.nextInt(20_000));
    string(writer, 9, "network.peer.address", "10.8.7." + random.nextInt(250));
    string(writer, 9, "server.address", "shop.example.com");
    string(writer, 9, "user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0");
    string(writer, 9, "thread.name", "pool-1-thread-" + span % 16);
    string(writer, 9, "message.id", Long.toHexString(random.nextLong()));
    writer.end(message);
  }

  private static void string(ProtoWriter writer, int field, String key, String value) {
    int attribute = writer.begin(field);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.string(1, value);
    writer.end(any);
    writer.end(attribute);
  }

  private static byte[] spanId(long span) {
    return ByteBuffer.allocate(Long.BYTES).putLong(span + 1).array();
  }
}
