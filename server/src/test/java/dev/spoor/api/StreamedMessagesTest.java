package dev.spoor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.api.StreamedMessages.Content;
import dev.spoor.model.Bytes;
import dev.spoor.wire.query.AnyValue;
import dev.spoor.wire.query.KeyValue;
import dev.spoor.wire.query.MetadataMetrics;
import dev.spoor.wire.query.QueryRangeResponse;
import dev.spoor.wire.query.Sample;
import dev.spoor.wire.query.SearchMetrics;
import dev.spoor.wire.query.TagsResponse;
import dev.spoor.wire.query.TagsV2Response;
import dev.spoor.wire.query.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamedMessagesTest {

  private static final MetadataMetrics LISTED = new MetadataMetrics(0, 9, 4, 0, 0);
  private static final SearchMetrics COUNTED = new SearchMetrics(0, 0, 0, 1, 2, 0, 0);

  @Test
  void aSeriesThatChangesIsSentAgainAndAtTheEndAllAre() {
    var messages = new StreamedMessages<>(Forms.SERIES, Content.CHANGES_THEN_ALL, 1 << 20);
    TimeSeries stays = series("a", 1);

    assertThat(messages.of(answer(stays, series("b", 1))))
        .containsExactly(bytes(stays, series("b", 1)));
    assertThat(messages.of(answer(stays, series("b", 2)))).containsExactly(bytes(series("b", 2)));
    assertThat(messages.of(answer(stays, series("b", 2)))).containsExactly(bytes());
    assertThat(messages.last(answer(stays, series("b", 2))))
        .containsExactly(bytes(stays, series("b", 2)));
  }

  @Test
  void theNamesOfAScopeComeBitByBit() {
    var messages = new StreamedMessages<>(Forms.SCOPED_NAMES, Content.CHANGES, 1 << 20);

    assertThat(messages.of(scopes(scope("span", "a"), scope("resource", "a"))))
        .containsExactly(scopes(scope("span", "a"), scope("resource", "a")).toProtobuf());
    assertThat(messages.last(scopes(scope("span", "a", "b"), scope("resource", "a"))))
        .containsExactly(scopes(scope("span", "b")).toProtobuf());
  }

  @Test
  void whatIsTooLargeForOneMessageBecomesSeveralWithTheSameCosts() {
    var messages = new StreamedMessages<>(Forms.NAMES, Content.CHANGES, 100);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      names.add("name-%02d".formatted(i));
    }
    names.add("long".repeat(50));

    List<Bytes> sent = messages.last(new TagsResponse(names, LISTED));

    assertThat(sent).hasSizeGreaterThan(10);
    assertThat(sent).filteredOn(message -> message.length() > 100).hasSize(1);
    assertThat(sent.getLast())
        .isEqualTo(new TagsResponse(List.of(names.getLast()), LISTED).toProtobuf());
    assertThat(sent.stream().mapToInt(message -> message.length() - 6).sum())
        .isEqualTo(new TagsResponse(names, LISTED).toProtobuf().length() - 6);
  }

  private static TimeSeries series(String label, double value) {
    return new TimeSeries(
        List.of(new KeyValue("l", new AnyValue.Text(label))),
        List.of(new Sample(1000, value)),
        List.of());
  }

  private static QueryRangeResponse answer(TimeSeries... series) {
    return new QueryRangeResponse(List.of(series), COUNTED, Optional.empty());
  }

  private static Bytes bytes(TimeSeries... series) {
    return answer(series).toProtobuf();
  }

  private static TagsV2Response.Scope scope(String name, String... tags) {
    return new TagsV2Response.Scope(name, List.of(tags));
  }

  private static TagsV2Response scopes(TagsV2Response.Scope... scopes) {
    return new TagsV2Response(List.of(scopes), LISTED);
  }
}
