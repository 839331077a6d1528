package dev.spoor.overrides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverridesReloaderTest {

  private static final String GOOD = "overrides: {acme: {ingestion: {rate_limit_bytes: 100}}}\n";
  private static final String BETTER = "overrides: {acme: {ingestion: {rate_limit_bytes: 200}}}\n";

  private final Metrics metrics = new Metrics();
  private final Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);

  @TempDir private Path folder;

  @Test
  void aNewFileHoldsAtTheNextRound() throws Exception {
    write(GOOD);
    try (OverridesReloader reloader = started()) {
      assertThat(rate()).isEqualTo(100);

      write(BETTER);
      reloader.reload();

      assertThat(rate()).isEqualTo(200);
      assertThat(scrape())
          .contains("tempo_runtime_config_last_reload_successful{config=\"overrides\"} 1.0")
          .contains("limit_name=\"ingestion_rate_limit_bytes\",user=\"acme\"} 200.0")
          .containsOnlyOnce("\ntempo_runtime_config_hash{");
    }
  }

  @Test
  void aBrokenFileKeepsTheLastGoodOneAndSaysSo() throws Exception {
    write(GOOD);
    try (OverridesReloader reloader = started()) {
      for (String broken : new String[] {"overrides: {acme: {nonsense: 1}}", "{", "\t"}) {
        write(broken);
        reloader.reload();
        reloader.reload();

        assertThat(rate()).isEqualTo(100);
        assertThat(scrape())
            .contains("tempo_runtime_config_last_reload_successful{config=\"overrides\"} 0.0");
      }
      write(GOOD);
      reloader.reload();
      assertThat(scrape())
          .contains("tempo_runtime_config_last_reload_successful{config=\"overrides\"} 1.0");
    }
  }

  @Test
  void aFileThatIsGoneKeepsTheLastGoodOne() throws Exception {
    write(GOOD);
    try (OverridesReloader reloader = started()) {
      Files.delete(file());
      reloader.reload();

      assertThat(rate()).isEqualTo(100);
      assertThat(scrape())
          .contains("tempo_runtime_config_last_reload_successful{config=\"overrides\"} 0.0");
    }
  }

  @Test
  void withoutAUsableFileNothingStarts() throws Exception {
    assertThatThrownBy(this::started)
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("overrides.per_tenant_override_config", "no such file");

    write("overrides:\n  acme:\n    ingestion: {rate_limit_bytes: much}\n");
    assertThatThrownBy(this::started)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("limits.yaml:3:35: tenant acme: ingestion.rate_limit_bytes");
  }

  private OverridesReloader started() throws IOException {
    OverridesReloader reloader =
        new OverridesReloader(
            file(),
            new OverridesFile(OverridesConfig.DEFAULTS, AcceptedKeys.none()),
            (_, text) -> text,
            overrides,
            () -> new CountDownLatch(1).await(),
            InstantSource.fixed(Instant.EPOCH),
            new OverridesMetrics(metrics()));
    reloader.start();
    return reloader;
  }

  private Metrics metrics() {
    metrics.registry().clear();
    return metrics;
  }

  private Path file() {
    return folder.resolve("limits.yaml");
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  private long rate() {
    return overrides.limitsOf(new Tenant("acme")).ingestion().rateLimitBytes();
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }
}
