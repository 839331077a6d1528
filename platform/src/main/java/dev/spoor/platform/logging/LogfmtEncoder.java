package dev.spoor.platform.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/// One event as a line of `key=value` pairs: level, ts, caller, msg, what the event carries, err.
final class LogfmtEncoder extends EncoderBase<ILoggingEvent> {

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append("level=").append(event.getLevel().toString().toLowerCase(Locale.ROOT));
    line.append(" ts=").append(event.getInstant());
    String logger = event.getLoggerName();
    line.append(" caller=").append(logger.substring(logger.lastIndexOf('.') + 1));
    pair(line, "msg", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        pair(line, pair.key, String.valueOf(pair.value));
      }
    }
    for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
      pair(line, entry.getKey(), entry.getValue());
    }
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      pair(line, "err", causes(failure));
      if (event.getLevel().levelInt >= ch.qos.logback.classic.Level.ERROR_INT) {
        pair(line, "stack", ThrowableProxyUtil.asString(failure));
      }
    }
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  private static String causes(IThrowableProxy failure) {
    StringBuilder text = new StringBuilder();
    IThrowableProxy cause = failure;
    while (cause != null) {
      if (!text.isEmpty()) {
        text.append(": ");
      }
      String message = cause.getMessage();
      text.append(message == null ? cause.getClassName() : message);
      cause = cause.getCause();
    }
    return text.toString();
  }

  private static void pair(StringBuilder line, String key, String value) {
    line.append(' ').append(key).append('=');
    if (isPlain(value)) {
      line.append(value);
      return;
    }
    line.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> line.append("\\\"");
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (c < ' ') {
            line.append("\\u%04x".formatted((int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    line.append('"');
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || c == '\\') {
        return false;
      }
    }
    return !value.isEmpty();
  }
}
