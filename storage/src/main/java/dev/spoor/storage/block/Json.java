package dev.spoor.storage.block;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The few steps that reading and writing the JSON objects of a block store share.
final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  /// RFC 3339 with as many digits of a second as are needed, which is how the reference prints.
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Json() {}

  @FunctionalInterface
  interface Reading<T> {
    T from(JsonParser parser) throws IOException;
  }

  @FunctionalInterface
  interface Writing {
    void to(JsonGenerator generator);
  }

  /// Reads one JSON value that fills all of `json`.
  ///
  /// @throws IOException naming the source, whatever is wrong with it
  static <T> T read(byte[] json, String source, Reading<T> reading) throws IOException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      T value = reading.from(parser);
      if (parser.nextToken() != null) {
        throw new IOException("more than one JSON value");
      }
      return value;
    } catch (IOException | JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new IOException("%s: %s".formatted(source, e.getMessage()), e);
    }
  }

  static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      writing.to(generator);
    }
    return bytes.toByteArray();
  }

  /// Goes to the next field of the object whose start or field was read last; false at its end. The
  /// value of the field is then the current token.
  static boolean nextField(JsonParser parser) throws IOException {
    if (parser.nextToken() == JsonToken.END_OBJECT) {
      return false;
    }
    if (parser.currentToken() != JsonToken.PROPERTY_NAME) {
      throw new IOException("expected a field name" + place(parser));
    }
    parser.nextToken();
    return true;
  }

  static void expect(JsonParser parser, JsonToken token) throws IOException {
    if (parser.currentToken() != token) {
      throw new IOException("expected %s%s".formatted(token, place(parser)));
    }
  }

  /// Whether an array stands here; `null` stands for an empty one.
  static boolean startsArray(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return false;
    }
    expect(parser, JsonToken.START_ARRAY);
    return true;
  }

  static String string(JsonParser parser) throws IOException {
    expect(parser, JsonToken.VALUE_STRING);
    return parser.getString();
  }

  static Instant time(JsonParser parser) throws IOException {
    return OffsetDateTime.parse(string(parser)).toInstant();
  }

  static String text(Instant time) {
    return TIME.format(time);
  }

  /// A number from 0 to 2^31 - 1.
  static int size32(JsonParser parser) throws IOException {
    long value = size64(parser);
    if (value > Integer.MAX_VALUE) {
      throw new IOException("%d is too large%s".formatted(value, place(parser)));
    }
    return (int) value;
  }

  /// A number from 0 to 2^63 - 1.
  static long size64(JsonParser parser) throws IOException {
    expect(parser, JsonToken.VALUE_NUMBER_INT);
    long value = parser.getLongValue();
    if (value < 0) {
      throw new IOException("%d is negative%s".formatted(value, place(parser)));
    }
    return value;
  }

  private static String place(JsonParser parser) {
    String name = parser.currentName();
    return " at byte %d%s"
        .formatted(
            parser.currentTokenLocation().getByteOffset(), name == null ? "" : " (" + name + ")");
  }
}
