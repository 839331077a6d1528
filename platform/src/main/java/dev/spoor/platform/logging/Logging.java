package dev.spoor.platform.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/// Sends all logs to standard error, one line an event.
public final class Logging {

  private Logging() {}

  /// May be called again, with other settings.
  ///
  /// @param level `debug`, `info`, `warn` or `error`
  /// @param format `logfmt` or `json`
  public static void configure(String level, String format) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Encoder<ILoggingEvent> encoder =
        format.equals("json") ? new JsonEncoder() : new LogfmtEncoder();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    context.getLogger("io.micrometer").setLevel(Level.ERROR);
    context.getLogger("dev.spoor").setLevel(Level.toLevel(level, Level.INFO));
  }
}
