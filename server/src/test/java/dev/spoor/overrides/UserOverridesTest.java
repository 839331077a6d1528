package dev.spoor.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.config.ConfigException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserOverridesTest {

  private static final String FULL =
      """
      {"cost_attribution":{"dimensions":{"team":"group"}},"metrics_generator":{\
      "processors":["span-metrics"],"collection_interval":"30s","disable_collection":true,\
      "native_histogram_bucket_factor":1.5,"processor":{"service_graphs":{\
      "histogram_buckets":[0.1,2]},"span_metrics":{"dimensions":["cluster"],"filter_policies":[\
      {"include":{"match_type":"regex","attributes":[{"key":"kind","value":"SPAN.*"}]}}]},\
      "host_info":{}}}}\
      """;

  @Test
  void whatIsStoredReadsBackAsItWas() throws Exception {
    UserOverrides read = parse(FULL);

    assertThat(text(read.toJson())).isEqualTo(FULL);
    assertThat(read.limits().metricsGenerator().collectionInterval())
        .contains(Duration.ofSeconds(30));
  }

  @Test
  void objectsAreShownEvenWhenNothingInThemIsSet() throws Exception {
    assertThat(text(parse("{}").toJson()))
        .isEqualTo(
            "{\"cost_attribution\":{},\"metrics_generator\":{\"processor\":{\"service_graphs\":{},"
                + "\"span_metrics\":{},\"host_info\":{}}}}");
  }

  @Test
  void aPatchReplacesAndNullTakesAway() throws Exception {
    UserOverrides patched =
        parse(FULL)
            .patched(
                "body",
                bytes(
                    "{\"cost_attribution\":null,\"metrics_generator\":{\"collection_interval\":null,"
                        + "\"processors\":[\"host-info\"]}}"));

    UserLimits.Generator generator = patched.limits().metricsGenerator();
    assertThat(generator.collectionInterval()).isEmpty();
    assertThat(generator.processors().orElseThrow()).containsExactly("host-info");
    assertThat(generator.disableCollection()).contains(true);
    assertThat(text(patched.toJson())).contains("\"cost_attribution\":{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"metrics_generator\":{\"nonsense\":1}} | body:1:23: field nonsense not found",
        "{\"metrics_generator\":{\"collection_interval\":\"1s\"}} | must be between 15 and 300",
        "{\"metrics_generator\":{\"collection_interval\":\"often\"}} | collection_interval",
        "{\"metrics_generator\":{\"processors\":[\"magic\"]}} | which is no processor",
        "{\"metrics_generator\":{\"disable_collection\":\"true\"}} | is not true or false",
        "{\"metrics_generator\":{\"native_histogram_bucket_factor\":1}} | must be more than 1",
        "{\"metrics_generator\":{\"processor\":{\"span_metrics\":{\"histogram_buckets\":[2,1]}}}} | strictly rising",
        "{\"metrics_generator\":{\"processor\":{\"span_metrics\":{\"dimensions\":[\"a.b\",\"a_b\"]}}}} | twice",
        "{\"metrics_generator\":{\"processor\":{\"local_blocks\":{}}}} | field local_blocks not found",
        "{\"a\":1,\"a\":2} | already set",
        "{\"forwarders\":\"x\"} | must be a list",
      })
  void whatMakesNoSenseIsRefusedWithItsPlace(String json, String reason) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("body:1:")
        .hasMessageContaining(reason.strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "5", "{", "{} {}", "metrics_generator: {}", "{'a': 1}"})
  void whatIsNoJsonObjectIsRefused(String json) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(ConfigException.class);
  }

  @Test
  void nestingIsBounded() {
    String deep = "{\"metrics_generator\":".repeat(5_000) + "1" + "}".repeat(5_000);

    assertThatThrownBy(() -> parse(deep)).isInstanceOf(ConfigException.class);
  }

  private static UserOverrides parse(String json) throws ConfigException {
    return UserOverrides.parse("body", bytes(json));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
