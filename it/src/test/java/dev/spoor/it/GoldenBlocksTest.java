package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.Golden;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A folder of blocks that the reference wrote is answered from as the reference answers.
class GoldenBlocksTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aFolderOfTheReferenceIsAnsweredFromAsTheReferenceDoes(Golden golden) throws Exception {
    try (LocalSpoor spoor = over(golden)) {
      SpoorClient client = spoor.client();
      everyTraceIsTheSame(golden, client);
      oneTraceIsTheSameInEveryForm(golden, client);
      searchesFindTheSameTraces(golden, client);
    }
  }

  private static void everyTraceIsTheSame(Golden golden, SpoorClient client) throws Exception {
    JsonNode expected = SpoorClient.json(golden.answers("traces-v2.json.gz"));
    assertThat(expected.size()).isGreaterThan(50);
    for (Map.Entry<String, JsonNode> trace : expected.properties()) {
      JsonNode found = client.json("/api/v2/traces/" + trace.getKey());

      assertThat(spans(found.get("trace").get("resourceSpans")))
          .as("trace %s", trace.getKey())
          .isEqualTo(spans(trace.getValue().get("trace").get("resourceSpans")));
    }
  }

  private static void oneTraceIsTheSameInEveryForm(Golden golden, SpoorClient client)
      throws Exception {
    JsonNode v1 = SpoorClient.json(golden.file("trace-v1.json"));
    String id = hexId(v1);

    JsonNode found = client.json("/api/traces/" + id);
    assertThat(spans(found.get("batches"))).isEqualTo(spans(v1.get("batches")));

    byte[] v1Protobuf = body(client, "/api/traces/" + id);
    assertThat(sorted(SpoorClient.spansOf(v1Protobuf)))
        .isEqualTo(sorted(SpoorClient.spansOf(golden.file("trace-v1.pb"))));
    byte[] v2Protobuf = body(client, "/api/v2/traces/" + id);
    assertThat(sorted(SpoorClient.spansOf(traceOf(v2Protobuf))))
        .isEqualTo(sorted(SpoorClient.spansOf(traceOf(golden.file("trace-v2.pb")))));
  }

  private static void searchesFindTheSameTraces(Golden golden, SpoorClient client)
      throws Exception {
    BlockMeta meta = golden.meta();
    String window =
        "&start=%d&end=%d"
            .formatted(
                meta.startTime().getEpochSecond() - 60, meta.endTime().getEpochSecond() + 60);
    List<String> different = new ArrayList<>();
    int compared = 0;
    for (JsonNode search : SpoorClient.json(golden.answers("searches.json.gz"))) {
      JsonNode expected = search.get("answer");
      if (search.get("status").asInt() != 200
          || expected.get("traces").size() >= search.get("limit").asInt()) {
        continue;
      }
      String query = search.get("q").asString();
      if (golden == Golden.VPARQUET3 && query.contains("event:")) {
        continue; // the reference finds no events in this version
      }
      HttpResponse<byte[]> answer =
          client.get(
              "/api/search?q=%s&limit=%d&spss=%d%s"
                  .formatted(
                      SpoorClient.encoded(query),
                      search.get("limit").asInt(),
                      search.get("spss").asInt(),
                      window));
      compared++;
      if (answer.statusCode() != 200) {
        different.add(query + ": " + answer.statusCode() + " " + SpoorClient.text(answer));
      } else if (!ids(SpoorClient.json(answer.body())).equals(ids(expected))) {
        different.add(
            query
                + ": "
                + ids(SpoorClient.json(answer.body())).size()
                + " traces, not "
                + ids(expected).size());
      }
    }
    assertThat(different).as("of %d searches", compared).isEmpty();
    assertThat(compared).isGreaterThan(12);
  }

  private LocalSpoor over(Golden golden) throws Exception {
    golden.copyTo(folder.resolve("blocks"));
    LocalSpoor spoor = LocalSpoor.start(Settings.in(folder).keepingOldBlocks(), folder);
    SpoorClient client = spoor.client();
    Eventually.holds(
        "the block is in the list",
        () -> client.metric("tempodb_blocklist_length").orElse(0.0) == 1);
    return spoor;
  }

  private static byte[] body(SpoorClient client, String path) throws Exception {
    HttpResponse<byte[]> answer = client.get(path, "accept", "application/protobuf");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static List<Span> sorted(List<Span> spans) {
    return spans.stream()
        .sorted(Comparator.comparing(span -> span.getSpanId().hashCode() + "-" + span.getKind()))
        .toList();
  }

  /// The first field of a `TraceByIDResponse`.
  private static byte[] traceOf(byte[] response) throws Exception {
    CodedInputStream in = CodedInputStream.newInstance(response);
    assertThat(WireFormat.getTagFieldNumber(in.readTag())).isEqualTo(1);
    return in.readByteArray();
  }

  private static String hexId(JsonNode v1) {
    JsonNode span = v1.get("batches").get(0).get("scopeSpans").get(0).get("spans").get(0);
    return HexFormat.of().formatHex(Base64.getDecoder().decode(span.get("traceId").asString()));
  }

  private static Set<String> ids(JsonNode answer) {
    Set<String> ids = new TreeSet<>();
    answer.get("traces").forEach(trace -> ids.add(trace.get("traceID").asString()));
    return ids;
  }

  /// Every span with its resource and scope, without an order.
  private static List<String> spans(JsonNode resourceSpans) {
    List<String> spans = new ArrayList<>();
    for (JsonNode resource : resourceSpans) {
      for (JsonNode scope : resource.get("scopeSpans")) {
        for (JsonNode span : scope.get("spans")) {
          spans.add(
              canonical(span)
                  + " in "
                  + canonical(scope.get("scope"))
                  + " of "
                  + canonical(resource.get("resource")));
        }
      }
    }
    spans.sort(Comparator.naturalOrder());
    return spans;
  }

  /// Members by name, lists of attributes by key.
  private static String canonical(JsonNode node) {
    if (node.isArray()) {
      List<String> items = new ArrayList<>();
      node.forEach(item -> items.add(canonical(item)));
      if (!node.isEmpty() && node.get(0).has("key")) {
        items.sort(Comparator.naturalOrder());
      }
      return items.toString();
    }
    if (node.isObject()) {
      Map<String, String> members = new TreeMap<>();
      node.properties()
          .forEach(member -> members.put(member.getKey(), canonical(member.getValue())));
      return members.toString();
    }
    return node.toString();
  }
}
