package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Retry retry =
      new Retry(new BlockFlusher.Backoff(Duration.ofSeconds(30), Duration.ofSeconds(100)));

  @Test
  void waitsLongerAfterEachFailureAndNotAfterASuccess() {
    assertThat(retry.isDue(0)).isTrue();

    assertThat(retry.failed(0)).isEqualTo(Duration.ofSeconds(30));
    assertThat(retry.isDue(29 * SECOND)).isFalse();
    assertThat(retry.isDue(30 * SECOND)).isTrue();
    assertThat(retry.failed(30 * SECOND)).isEqualTo(Duration.ofSeconds(60));
    assertThat(retry.isDue(89 * SECOND)).isFalse();
    assertThat(retry.isDue(90 * SECOND)).isTrue();
    assertThat(retry.failed(90 * SECOND)).isEqualTo(Duration.ofSeconds(100));
    assertThat(retry.failures()).isEqualTo(3);

    retry.succeeded();
    assertThat(retry.isDue(91 * SECOND)).isTrue();
    assertThat(retry.failed(91 * SECOND)).isEqualTo(Duration.ofSeconds(30));
  }
}
