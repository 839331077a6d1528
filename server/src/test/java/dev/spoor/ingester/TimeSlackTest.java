package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which traces are far from now.
class TimeSlackTest {

  private static final int A_CENTURY = 100 * 365;

  @ParameterizedTest
  @ValueSource(ints = {1, 50 * 365, A_CENTURY})
  void aTraceOfNowIsNear(int days) throws Exception {
    assertThat(farFrom(Instant.now(), days)).isZero();
  }

  @Test
  void aTraceOfTwoDaysAgoOrAheadIsFar() throws Exception {
    assertThat(farFrom(Instant.now().plus(Duration.ofDays(2)), 1)).isEqualTo(1);
    assertThat(farFrom(Instant.now().minus(Duration.ofDays(2)), 1)).isEqualTo(1);
  }

  /// How many of one trace, which begins now.
  private static int farFrom(Instant now, int days) throws Exception {
    TimeSlack slack = new TimeSlack(now, Duration.ofDays(days));
    slack.add(oneTrace());
    return slack.traces();
  }

  private static SpanColumns oneTrace() throws Exception {
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    new SpanShredder(builder, 2048).shred(IngesterOnDisk.export(new TraceId(1, 1), 1));
    return builder.build();
  }
}
