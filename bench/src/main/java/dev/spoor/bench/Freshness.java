package dev.spoor.bench;

import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Measures how long after its acknowledgement a span is found, by id and by search.
///
/// Each probe is one span with an attribute of its own, sent and then asked for until it is found.
/// Half of them are asked for by id and half by search, since a question changes what the next one
/// meets.
final class Freshness {

  private static final long GIVE_UP_NANOS = 60_000_000_000L;
  private static final String ATTRIBUTE = "probe.id";

  private final PushClient push;
  private final QueryClient queries;
  private final SplittableRandom random;

  Freshness(PushClient push, QueryClient queries, long seed) {
    this.push = push;
    this.queries = queries;
    this.random = new SplittableRandom(seed);
  }

  /// @param notAtOnce probes that the first question did not find
  record Report(Latencies byId, Latencies bySearch, int notAtOnce) {

    String text() {
      return "found by id     %s%nfound by search %s%n%d of %d probes not by the first question%n"
          .formatted(byId, bySearch, notAtOnce, byId.count() + bySearch.count());
    }
  }

  private interface Question {
    boolean isFound() throws IOException, InterruptedException;
  }

  /// @param pauseMillis between two probes
  /// @throws IOException when a probe is refused or never found
  Report run(int probes, long pauseMillis) throws IOException, InterruptedException {
    Latencies byId = new Latencies();
    Latencies bySearch = new Latencies();
    int notAtOnce = 0;
    for (int probe = 0; probe < probes; probe++) {
      TraceId id = new TraceId(random.nextLong(), random.nextLong());
      PushAnswer answer = push.push(body(id));
      if (!(answer instanceof PushAnswer.Acknowledged)) {
        throw new IOException("a probe was not taken: " + answer);
      }
      boolean ask = probe % 2 == 0;
      Question question =
          ask
              ? () -> queries.trace(id).spanIds().length > 0
              : () -> queries.finds("{ span.%s = \"%s\" }".formatted(ATTRIBUTE, id.toHex()));
      notAtOnce += await(question, id, ask ? byId : bySearch) > 1 ? 1 : 0;
      Thread.sleep(pauseMillis);
    }
    return new Report(byId, bySearch, notAtOnce);
  }

  /// @return how often it was asked
  private static int await(Question question, TraceId id, Latencies into)
      throws IOException, InterruptedException {
    long acknowledged = System.nanoTime();
    for (int asked = 1; ; asked++) {
      boolean found = question.isFound();
      long nanos = System.nanoTime() - acknowledged;
      if (found) {
        into.record(nanos);
        return asked;
      }
      if (nanos > GIVE_UP_NANOS) {
        throw new IOException("trace %s was acknowledged and is not found".formatted(id));
      }
    }
  }

  private byte[] body(TraceId id) {
    long now = System.currentTimeMillis() * 1_000_000;
    ProtoWriter writer = new ProtoWriter();
    int resourceSpans = writer.begin(1);
    int resource = writer.begin(1);
    attribute(writer, 1, "service.name", "probe");
    writer.end(resource);
    int scopeSpans = writer.begin(2);
    int span = writer.begin(2);
    writer.bytes(1, id.toBytes());
    writer.bytes(2, ByteBuffer.allocate(Long.BYTES).putLong(id.low() | 1).array());
    writer.string(5, "probe");
    writer.varint(6, 2);
    writer.fixed64(7, now);
    writer.fixed64(8, now + 1_000_000);
    attribute(writer, 9, ATTRIBUTE, id.toHex());
    writer.end(span);
    writer.end(scopeSpans);
    writer.end(resourceSpans);
    return writer.toArray();
  }

  private static void attribute(ProtoWriter writer, int field, String key, String value) {
    int attribute = writer.begin(field);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.string(1, value);
    writer.end(any);
    writer.end(attribute);
  }
}
