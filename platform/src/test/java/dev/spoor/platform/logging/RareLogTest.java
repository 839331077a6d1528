package dev.spoor.platform.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RareLogTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final Logger logger = (Logger) LoggerFactory.getLogger(RareLogTest.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final RareLog log = new RareLog(logger, nanos::get);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void aFloodIsOneLineInTenSecondsAndIsCounted() {
    for (int i = 0; i < 1000; i++) {
      log.warn("bad datagram " + i);
    }
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    log.warn("bad datagram again");

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("bad datagram 0", "bad datagram again (and 999 more like this before)");
  }
}
