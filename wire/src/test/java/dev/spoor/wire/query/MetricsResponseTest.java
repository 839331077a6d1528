package dev.spoor.wire.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsResponseTest {

  private static final KeyValue CART =
      new KeyValue("resource.service.name", new AnyValue.Text("cart"));
  private static final KeyValue TRACE =
      new KeyValue("trace:id", new AnyValue.Text("c0ffee12345678a1b2c3d4e5f60718"));
  private static final SearchMetrics METRICS = new SearchMetrics(9, 73_120, 1, 2, 2, 512_000, 420);
  private static final SearchMetrics NO_METRICS = new SearchMetrics(0, 0, 0, 0, 0, 0, 0);

  private static final TimeSeries SERIES =
      new TimeSeries(
          List.of(CART),
          List.of(
              new Sample(1759999980000L, 0),
              new Sample(1760000040000L, 0.25),
              new Sample(1760000100000L, 0),
              new Sample(1760000160000L, 1.5)),
          List.of(new Exemplar(List.of(CART, TRACE), 0.25, 1760000031000L)));

  @Test
  void theJsonOfARangeIsThatOfTheSpecification() {
    assertThat(new QueryRangeResponse(List.of(SERIES), METRICS, Optional.empty()).toJson().utf8())
        .isEqualTo(
            """
            {"series":[{"labels":[{"key":"resource.service.name","value":{"stringValue":"cart"}}],\
            "samples":[{"timestampMs":"1759999980000"},{"timestampMs":"1760000040000","value":0.25},\
            {"timestampMs":"1760000100000"},{"timestampMs":"1760000160000","value":1.5}],\
            "exemplars":[{"labels":[{"key":"resource.service.name","value":{"stringValue":"cart"}},\
            {"key":"trace:id","value":{"stringValue":"c0ffee12345678a1b2c3d4e5f60718"}}],"value":0.25,\
            "timestampMs":"1760000031000"}]}],\
            "metrics":{"inspectedTraces":9,"inspectedBytes":"73120","totalBlocks":1,"completedJobs":2,\
            "totalJobs":2,"totalBlockBytes":"512000","inspectedSpans":"420"}}\
            """);
  }

  @Test
  void theJsonOfAnInstantIsThatOfTheSpecification() {
    QueryInstantResponse answer =
        new QueryInstantResponse(
            List.of(
                new QueryInstantResponse.InstantSeries(List.of(CART), 42),
                new QueryInstantResponse.InstantSeries(List.of(), 0)),
            NO_METRICS,
            Optional.empty());

    assertThat(answer.toJson().utf8())
        .isEqualTo(
            """
            {"series":[{"labels":[{"key":"resource.service.name","value":{"stringValue":"cart"}}],"value":42},{}],\
            "metrics":{}}\
            """);
  }

  @Test
  void whatIsMissingIsSaidInStatusAndMessage() throws Exception {
    QueryRangeResponse answer =
        new QueryRangeResponse(List.of(), NO_METRICS, Optional.of("too many"));

    assertThat(answer.toJson().utf8())
        .isEqualTo(
            "{\"series\":[],\"metrics\":{},\"status\":\"PARTIAL\",\"message\":\"too many\"}");
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(answer.toProtobuf().toArray());
    assertThat(fields.getField(3).getVarintList()).containsExactly(1L);
    assertThat(fields.getField(4).getLengthDelimitedList().getFirst().toStringUtf8())
        .isEqualTo("too many");
  }

  @Test
  void anExemplarWithoutAValueSaysSo() {
    assertThat(new Exemplar(List.of(), Double.NaN, 5).toJson().utf8())
        .isEqualTo("{\"value\":\"NaN\",\"timestampMs\":\"5\"}");
  }

  @Test
  void theFieldsInProtobufHaveTheirNumbers() throws Exception {
    UnknownFieldSet series = UnknownFieldSet.parseFrom(SERIES.toProtobuf().toArray());

    assertThat(series.asMap().keySet()).containsExactly(1, 2, 4);
    UnknownFieldSet sample =
        UnknownFieldSet.parseFrom(new Sample(1760000040000L, 0.25).toProtobuf().toArray());
    assertThat(sample.getField(1).getFixed64List())
        .containsExactly(Double.doubleToRawLongBits(0.25));
    assertThat(sample.getField(2).getVarintList()).containsExactly(1760000040000L);
  }
}
