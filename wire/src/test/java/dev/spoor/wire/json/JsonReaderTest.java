package dev.spoor.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// JSON read from bytes, with Jackson as the judge.
class JsonReaderTest {

  private static final JsonFactory JACKSON = new JsonFactory();
  private static final byte[] ODD =
      "\"\\{}[],:-+.eE019nulltf u\n\t\0\1".getBytes(StandardCharsets.UTF_8);

  private enum Color {
    RED,
    DARK_RED,
    GREEN,
    A_COLOR_WITHOUT_ANY_GOOD_NAME,
    OTHER
  }

  @Test
  void documentsAreReadAsJacksonReadsThem() throws Exception {
    for (int seed = 0; seed < 3000; seed++) {
      byte[] document = document(new Random(seed));

      assertThat(walked(document)).as("seed %d", seed).isEqualTo(walkedByJackson(document));
    }
  }

  @Test
  void damagedDocumentsAreRefusedWhenJacksonRefusesThem() {
    Random random = new Random(1);
    for (int round = 0; round < 30_000; round++) {
      byte[] document = document(random);
      for (int i = random.nextInt(3); i >= 0; i--) {
        byte odd = random.nextInt(20) == 0 ? (byte) 0xff : ODD[random.nextInt(ODD.length)];
        document[random.nextInt(document.length)] = odd;
      }
      byte[] cut = Arrays.copyOf(document, document.length - random.nextInt(2));

      assertThat(outcome(cut)).as(new String(cut, StandardCharsets.UTF_8)).isEqualTo(judged(cut));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE", "UTF-16"})
  void theEncodingIsSeen(String encoding) throws Exception {
    String text = "[\"größe\", \"🦔\", 1]";

    assertThat(walked(text.getBytes(Charset.forName(encoding)))).isEqualTo("['größe','🦔',1,]");
  }

  @Test
  void integersKeepAllTheirDigits() throws Exception {
    for (long value : new long[] {0, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE, 999999999999999999L}) {
      assertThat(new JsonReader(Bytes.utf8("" + value)).integer()).isEqualTo(value);
      assertThat(new JsonReader(Bytes.utf8("\"" + value + "\"")).integer()).isEqualTo(value);
    }
    assertThat(new JsonReader(Bytes.utf8("1.76e3")).integer()).isEqualTo(1760);
    assertThat(new JsonReader(Bytes.utf8("-0.5")).float64()).isEqualTo(-0.5);
  }

  @Test
  void escapesOfTwoHalvesAreOneCharacterAndHalvesAloneAreLost() throws Exception {
    assertThat(new JsonReader(Bytes.utf8("\"\\ud83e\\udd94\"")).text().utf8()).isEqualTo("🦔");
    assertThat(new JsonReader(Bytes.utf8("\"a\\ud83e\"")).text().utf8()).isEqualTo("a?");
  }

  @Test
  void namesAreFound() throws Exception {
    JsonNames<Color> names =
        JsonNames.of(Color.OTHER, color -> color.name().toLowerCase(Locale.ROOT));
    String json =
        """
        {"red":1, "gr\\u0065en":1, "dark_red":1, "bed":1, "":1, "red\\u0000":1,
         "a_color_without_any_good_name":1, "a_color_without_any_nice_name":1}
        """;
    JsonReader reader = new JsonReader(Bytes.utf8(json));
    reader.beginObject();
    StringBuilder found = new StringBuilder();
    while (reader.nextMember()) {
      found.append(names.of(reader)).append(' ');
      reader.skip();
    }

    assertThat(found)
        .hasToString("RED GREEN DARK_RED OTHER OTHER OTHER A_COLOR_WITHOUT_ANY_GOOD_NAME OTHER ");
  }

  @Test
  void whatWasReadBeforeIsPassedAtOnce() throws Exception {
    JsonReader reader = new JsonReader(Bytes.utf8("[{\"a\":1},{\"a\":1},{\"a\":12}]"));
    reader.beginArray();
    reader.nextElement();
    int from = reader.position();
    reader.skip();
    int to = reader.position();

    assertThat(reader.nextElement()).isTrue();
    assertThat(reader.skipIfSame(from, to)).isTrue();
    assertThat(reader.nextElement()).isTrue();
    assertThat(reader.skipIfSame(from, to)).isFalse();
    reader.skip();
    assertThat(reader.nextElement()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "[1 2]!line 1, column 4 ([0]): expected a comma or the end of the array, found '2'",
        "[{\"a\": [1, {\"b\" 2}]}]!column 17 ([0].a[1].b): expected a colon, found '2'",
        "[{\"a\": nul}]!column 8 ([0].a): expected a value, found 'nul'",
        "[\"abc]!column 2 ([0]): a string that does not end",
        "[\"\\x\"]!column 3 ([0]): an escape that JSON does not have",
        "[\"\\u12g4\"]!column 3 ([0]): an escape without four hex digits",
        "[1.]!column 2 ([0]): expected a number, found '1.'",
        "[99999999999999999999]!column 2 ([0]): expected an integer of 64 bits",
        "[]]!column 3: expected the end after all",
      })
  void whatIsWrongIsNamedWithItsPlace(String json, String problem) {
    assertThatThrownBy(() -> readIntegers(json))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void depthIsBounded() {
    assertThatThrownBy(() -> walked("[".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("more than 500 values within each other");
  }

  private static void readIntegers(String json) throws MalformedJsonException {
    JsonReader reader = new JsonReader(Bytes.utf8(json));
    reader.beginArray();
    while (reader.nextElement()) {
      switch (reader.kind()) {
        case INTEGER -> reader.integer();
        default -> reader.skip();
      }
    }
    reader.end("all");
  }

  private static String outcome(byte[] document) {
    try {
      return walked(document);
    } catch (MalformedJsonException refused) {
      return "refused";
    }
  }

  private static String judged(byte[] document) {
    try {
      return walkedByJackson(document);
    } catch (JacksonException refused) {
      return "refused";
    }
  }

  private static String walked(byte[] document) throws MalformedJsonException {
    JsonReader skipping = new JsonReader(Bytes.of(document));
    skipping.skip();
    skipping.end("all");
    JsonReader reader = new JsonReader(Bytes.of(document));
    StringBuilder text = new StringBuilder();
    walk(reader, text);
    reader.end("all");
    return text.toString();
  }

  private static void walk(JsonReader reader, StringBuilder to) throws MalformedJsonException {
    switch (reader.kind()) {
      case OBJECT -> {
        to.append('{');
        reader.beginObject();
        while (reader.nextMember()) {
          to.append(reader.name().utf8()).append(':');
          walk(reader, to);
        }
        to.append('}');
      }
      case ARRAY -> {
        to.append('[');
        reader.beginArray();
        while (reader.nextElement()) {
          walk(reader, to);
          to.append(',');
        }
        to.append(']');
      }
      case STRING -> to.append('\'').append(reader.text().utf8()).append('\'');
      case NULL -> {
        reader.skip();
        to.append("null");
      }
      case INTEGER, DECIMAL, TRUE, FALSE -> to.append(reader.text().utf8());
      case NONE -> throw reader.expected("a value");
    }
  }

  private static String walkedByJackson(byte[] document) {
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), document)) {
      StringBuilder to = new StringBuilder();
      if (parser.nextToken() == null) {
        return "refused";
      }
      walk(parser, to);
      if (parser.nextToken() != null) {
        return "refused";
      }
      return to.toString();
    }
  }

  private static void walk(JsonParser parser, StringBuilder to) {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        to.append('{');
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          if (parser.nextToken() != JsonToken.VALUE_NULL) {
            to.append(utf8(name)).append(':');
            walk(parser, to);
          }
        }
        to.append('}');
      }
      case START_ARRAY -> {
        to.append('[');
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          walk(parser, to);
          to.append(',');
        }
        to.append(']');
      }
      case VALUE_STRING -> to.append('\'').append(utf8(parser.getString())).append('\'');
      case null, default -> to.append(parser.getString());
    }
  }

  /// As it is after being bytes: halves of characters are lost.
  private static String utf8(String text) {
    return Bytes.utf8(text).utf8();
  }

  private static byte[] document(Random random) {
    StringBuilder text = new StringBuilder();
    appendArray(random, 0, text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void appendArray(Random random, int depth, StringBuilder to) {
    to.append('[').append(space(random));
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      append(random, depth + 1, to);
      to.append(space(random)).append(i + 1 < count ? "," : "").append(space(random));
    }
    to.append(']');
  }

  private static void append(Random random, int depth, StringBuilder to) {
    switch (random.nextInt(depth > 5 ? 6 : 10)) {
      case 0 -> to.append(random.nextBoolean());
      case 1 -> to.append("null");
      case 2 -> to.append(random.nextLong());
      case 3 -> to.append(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
      case 4, 5 -> appendString(random, to);
      case 6, 7 -> appendArray(random, depth, to);
      default -> {
        to.append('{');
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
          appendString(random, to);
          to.append(space(random)).append(':').append(space(random));
          append(random, depth + 1, to);
          to.append(space(random)).append(i + 1 < count ? "," : "").append(space(random));
        }
        to.append('}');
      }
    }
  }

  private static void appendString(Random random, StringBuilder to) {
    String[] parts = {
      "a",
      "service.name",
      "/items/",
      "ü",
      "日本",
      "🦔",
      "\\n",
      "\\\"",
      "\\\\",
      "\\/",
      "\\u00fc",
      "\\u65e5",
      "\\u0000",
      " ",
      "0123456789"
    };
    to.append('"');
    for (int i = random.nextInt(5); i > 0; i--) {
      to.append(parts[random.nextInt(random.nextInt(4) == 0 ? parts.length : 3)]);
    }
    to.append('"');
  }

  private static String space(Random random) {
    return random.nextInt(5) == 0 ? " \n\t".substring(random.nextInt(3)) : "";
  }
}
