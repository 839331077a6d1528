package dev.spoor.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.config.ConfigException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverridesFileTest {

  private static final Tenant ACME = new Tenant("acme");
  private static final AcceptedKeys ACCEPTED =
      AcceptedKeys.parse("@later with the generator\nmetrics_generator.processors list []\n");

  private static final String SCOPED =
      """
      overrides:
        acme:
          ingestion:
            rate_limit_bytes: 100
            burst_size_bytes: 200
            max_traces_per_user: 3
            retry_info_enabled: true
          read:
            max_search_duration: 1d
          global:
            max_bytes_per_trace: 400
          storage:
            parquet_dedicated_columns:
              - {scope: span, name: http.path, type: string}
          metrics_generator:
            processors: [service-graphs]
      """;

  private static final String FLAT =
      """
      overrides:
        acme:
          ingestion_rate_limit_bytes: 100
          ingestion_burst_size_bytes: 200
          max_traces_per_user: 3
          ingestion_retry_info_enabled: true
          max_search_duration: 1d
          max_bytes_per_trace: 400
          parquet_dedicated_columns:
            - {scope: span, name: http.path, type: string}
          metrics_generator_processors: [service-graphs]
      """;

  @Test
  void bothSpellingsSayTheSame() throws Exception {
    TenantLimits scoped = limits(SCOPED, ACME);

    assertThat(limits(FLAT, ACME)).isEqualTo(scoped);
    assertThat(scoped.ingestion().rateLimitBytes()).isEqualTo(100);
    assertThat(scoped.ingestion().burstSizeBytes()).isEqualTo(200);
    assertThat(scoped.ingestion().maxTracesPerUser()).isEqualTo(3);
    assertThat(scoped.ingestion().retryInfoEnabled()).isTrue();
    assertThat(scoped.read().maxSearchDuration()).isEqualTo(Duration.ofDays(1));
    assertThat(scoped.global().maxBytesPerTrace()).isEqualTo(400);
    assertThat(scoped.storage().parquetDedicatedColumns()).hasSize(1);
    assertThat(parse(FLAT).warnings()).anyMatch(warning -> warning.contains("flat spelling"));
  }

  @Test
  void theSpellingsCannotBeMixedInOneFile() {
    assertRefused(
        FLAT + "  other:\n    read:\n      max_search_duration: 1h\n",
        "limits.yaml:13:5: read and the old spelling");
  }

  @Test
  void whatAnEntryLeavesOutIsZeroAndThatIsSaid() throws Exception {
    PerTenantLimits file = parse("overrides: {acme: {ingestion: {rate_limit_bytes: 100}}}");
    TenantLimits limits = file.of(ACME).orElseThrow().limits();

    assertThat(limits.ingestion().burstSizeBytes()).isZero();
    assertThat(limits.global().maxBytesPerTrace()).isZero();
    assertThat(file.warnings())
        .singleElement()
        .asString()
        .contains("tenant acme", "ingestion.burst_size_bytes", "global.max_bytes_per_trace")
        .doesNotContain("rate_limit_bytes", "rate_strategy");
  }

  @Test
  void whatAnEntryLeavesOutIsAtItsDefaultWhenInherited() throws Exception {
    OverridesConfig config =
        new OverridesConfig(
            TenantLimits.DEFAULTS,
            "",
            Duration.ofSeconds(10),
            true,
            OverridesConfig.UserConfigurable.DEFAULTS);
    PerTenantLimits file =
        new OverridesFile(config, ACCEPTED)
            .parse("limits.yaml", "overrides: {acme: {ingestion: {rate_limit_bytes: 100}}}");

    assertThat(file.of(ACME).orElseThrow().limits().ingestion().burstSizeBytes())
        .isEqualTo(20_000_000);
    assertThat(file.warnings()).isEmpty();
  }

  @Test
  void theWildcardHoldsForWhoHasNoEntry() throws Exception {
    Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
    overrides.replace(
        parse(
            "overrides: {acme: {ingestion: {rate_limit_bytes: 100}}, \"*\": {ingestion:"
                + " {rate_limit_bytes: 7}}, nothing: ~}"));

    assertThat(rateOf(overrides, "acme")).isEqualTo(100);
    assertThat(rateOf(overrides, "anybody")).isEqualTo(7);
    assertThat(rateOf(overrides, "nothing")).isEqualTo(7);
  }

  @Test
  void withoutWildcardTheDefaultsHoldForWhoHasNoEntry() throws Exception {
    Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
    overrides.replace(parse("overrides: {acme: {ingestion: {rate_limit_bytes: 100}}}"));

    assertThat(overrides.limitsOf(new Tenant("anybody"))).isEqualTo(TenantLimits.DEFAULTS);
  }

  @Test
  void aFileWithoutEntriesIsFine() throws Exception {
    for (String text : List.of("", "overrides:", "overrides: {}", "# nothing\n")) {
      assertThat(parse(text).entries()).isEmpty();
    }
  }

  @Test
  void everythingThatIsWrongIsNamedWithItsPlace() {
    assertRefused(
        """
        overrides:
          acme:
            ingestion:
              rate_limt_bytes: 100
          other:
            ingestion:
              burst_size_bytes: -1
        """,
        "limits.yaml:4:7: tenant acme: field rate_limt_bytes not found in ingestion; did you mean"
            + " rate_limit_bytes?",
        "limits.yaml:7:25: tenant other: ingestion.burst_size_bytes must not be negative");
    assertRefused("overrides: {acme: 5}", "limits.yaml:1:19: tenant acme must be a mapping");
    assertRefused("overrides: [acme]", "overrides must be a mapping of tenants");
    assertRefused("acme: {}", "limits.yaml:1:1: field acme not found in the file");
    assertRefused("overrides:\n  acme: {}\n  acme: {}\n", "field acme already set");
    assertRefused("overrides: {", "limits.yaml:1:", "not YAML");
  }

  @Test
  void anEntryOfWhoCanBeNoTenantIsPointedOut() throws Exception {
    assertThat(parse("overrides: {\"a/b\": {}}").warnings())
        .anyMatch(warning -> warning.contains("\"a/b\" can be no tenant"));
  }

  @Test
  void aReadOverSeveralTenantsHasTheStrictestOfTheirLimits() throws Exception {
    Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
    overrides.replace(
        parse(
            """
            overrides:
              a: {read: {max_search_duration: 1h, max_bytes_per_tag_values_query: 10}}
              b: {read: {max_search_duration: 0, max_bytes_per_tag_values_query: 5}}
            """));

    ReadLimits both = overrides.limitsOf(Tenants.parse("a|b")).read();

    assertThat(both.maxSearchDuration()).isEqualTo(Duration.ofHours(1));
    assertThat(both.maxBytesPerTagValuesQuery()).isEqualTo(5);
  }

  private static long rateOf(Overrides overrides, String tenant) {
    return overrides.limitsOf(new Tenant(tenant)).ingestion().rateLimitBytes();
  }

  private static TenantLimits limits(String text, Tenant tenant) throws ConfigException {
    return parse(text).of(tenant).orElseThrow().limits();
  }

  private static PerTenantLimits parse(String text) throws ConfigException {
    return new OverridesFile(OverridesConfig.DEFAULTS, ACCEPTED).parse("limits.yaml", text);
  }

  private static void assertRefused(String text, String... reasons) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(reasons);
  }
}
