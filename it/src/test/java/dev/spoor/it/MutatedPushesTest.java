package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.testkit.HostileBodies;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Good pushes with some bytes changed, sent over real connections: whatever they are, the answer
/// says that they were stored or that they are bad, and what was stored can be searched.
class MutatedPushesTest {

  private static final int PUSHES = Integer.getInteger("spoor.mutations", 400);
  private static final long SEED = Long.getLong("spoor.seed", System.nanoTime());

  /// How a push is sent: the headers, and what becomes of its bytes before they are changed.
  private enum Way {
    PROTOBUF("application/x-protobuf", "identity"),
    JSON("application/json", "identity"),
    GZIP("application/x-protobuf", "gzip"),
    JSON_IN_GZIP("application/json", "gzip"),
    GRPC("application/grpc", "identity");

    private final String type;
    private final String encoding;

    Way(String type, String encoding) {
      this.type = type;
      this.encoding = encoding;
    }
  }

  private static final String EXPORT =
      """
      {"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
        "scopeSpans": [{"scope": {"name": "by-hand"}, "spans": [{
          "traceId": "%s", "spanId": "%016x", "name": "checkout", "kind": 2,
          "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": 1700000000250000000,
          "attributes": [{"key": "list", "value": {"arrayValue": {"values": [
            {"intValue": "1"}, {"doubleValue": 0.5}, {"boolValue": true}]}}}],
          "events": [{"name": "e", "timeUnixNano": "1700000000000000001"}],
          "links": [{"traceId": "00000000000000000000000000000001"}],
          "status": {"code": "STATUS_CODE_ERROR", "message": "no"}}]}]}]}
      """;

  private final Random random = new Random(SEED);

  @Test
  void areNeverAnErrorOfOurs(@TempDir Path folder) throws Exception {
    System.out.println("MutatedPushesTest: seed " + SEED);
    Map<String, Integer> answers = new TreeMap<>();
    try (LocalSpoor spoor = LocalSpoor.start(Settings.in(folder), folder)) {
      SpoorClient client = spoor.client();
      for (int push = 0; push < PUSHES; push++) {
        Way way = Way.values()[random.nextInt(Way.values().length)];
        byte[] body = damaged(bodyFor(way));
        answers.merge(way + " " + answer(client, way, body), 1, Integer::sum);
        if (push % 100 == 0) {
          assertThat(client.text("/api/search?limit=1")).contains("traces");
        }
      }
      assertThat(answers.keySet())
          .as("seed %d: %s", SEED, answers)
          .allMatch(answer -> answer.matches("GRPC (0|3)|(?!GRPC).* (200|400)"))
          .hasSizeGreaterThan(Way.values().length);
      assertThat(client.text("/api/search?limit=1000")).contains("traces");
      assertThat(client.metric("tempo_ingester_replay_errors_total").orElse(0.0)).isZero();
    }
  }

  private static int answer(SpoorClient client, Way way, byte[] body) throws Exception {
    if (way == Way.GRPC) {
      return client.pushGrpc(body).code();
    }
    HttpResponse<byte[]> answer =
        client.push(body, "content-type", way.type, "content-encoding", way.encoding);
    return answer.statusCode();
  }

  private byte[] bodyFor(Way way) {
    TraceId id = new TraceId(random.nextLong(), random.nextLong());
    byte[] plain =
        way == Way.JSON || way == Way.JSON_IN_GZIP
            ? EXPORT.formatted(id, random.nextLong()).getBytes(StandardCharsets.UTF_8)
            : Traces.export(id, 1 + random.nextInt(3));
    boolean damagedInside = random.nextBoolean();
    return way.encoding.equals("gzip")
        ? HostileBodies.gzip(Bytes.of(damagedInside ? damaged(plain) : plain))
        : plain;
  }

  private byte[] damaged(byte[] good) {
    byte[] bytes = good;
    for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt()});
            case 1 -> spliced(bytes, at, to, new byte[0]);
            case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 3 -> spliced(bytes, at, at, new byte[] {(byte) random.nextInt(), 0});
            default -> Arrays.copyOf(bytes, at);
          };
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + instead.length);
    System.arraycopy(instead, 0, result, from, instead.length);
    System.arraycopy(bytes, to, result, from + instead.length, bytes.length - to);
    return result;
  }
}
