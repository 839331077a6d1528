package dev.spoor.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

class JsonWriterTest {

  @Test
  void commasComeByThemselves() {
    assertThat(
            written(json ->
                json.beginObject()
                    .name("a")
                    .beginArray()
                    .number(1)
                    .beginObject()
                    .endObject()
                    .bool(true)
                    .nothing()
                    .endArray()
                    .name("b")
                    .string("x")
                    .endObject()))
        .isEqualTo("{\"a\":[1,{},true,null],\"b\":\"x\"}");
  }

  @Test
  void textIsEscapedAsTheQueryApiDoesIt() {
    String text = "<a href=\"x\">&\\\n\t\u0001\u2028\u2029ß🦔";
    String escaped = "\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\\\\\n\\t\\u0001\\u2028\\u2029ß🦔\"";
    assertThat(written(json -> json.string(text))).isEqualTo(escaped);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertThat(written(json -> json.string(utf8, 0, utf8.length))).isEqualTo(escaped);
  }

  @Test
  void bytesThatAreNotUtf8AreReplaced() {
    byte[] bytes = {'a', (byte) 0xff, 'b'};
    assertThat(written(json -> json.string(bytes, 0, 3))).isEqualTo("\"a\ufffdb\"");
  }

  @Test
  void numbersThatJsonCannotHoldAreStrings() {
    assertThat(written(json -> json.number(Double.NaN))).isEqualTo("\"NaN\"");
    assertThat(written(json -> json.number(Double.NEGATIVE_INFINITY))).isEqualTo("\"-Infinity\"");
    assertThat(written(json -> json.number(5.0))).isEqualTo("5");
    assertThat(written(json -> json.number(-0.0))).isEqualTo("-0.0");
    assertThat(written(json -> json.number(0.1))).isEqualTo("0.1");
    assertThat(written(json -> json.uint64(-1))).isEqualTo("\"18446744073709551615\"");
    assertThat(written(json -> json.int64(-1))).isEqualTo("\"-1\"");
  }

  @Property
  void everyDoubleIsReadBackAsItWas(@ForAll double value) {
    String json = written(writer -> writer.number(value));
    assertThat(Double.parseDouble(json.replace("\"", ""))).isEqualTo(value);
  }

  @Property
  void everyTextIsReadBackAsItWas(@ForAll String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    String expected = new String(utf8, StandardCharsets.UTF_8);
    ObjectMapper reader = new ObjectMapper();
    assertThat(reader.readTree(written(json -> json.string(text))).stringValue())
        .isEqualTo(expected);
    assertThat(reader.readTree(written(json -> json.string(utf8, 0, utf8.length))).stringValue())
        .isEqualTo(expected);
  }

  private static String written(Consumer<JsonWriter> writing) {
    JsonWriter json = new JsonWriter();
    writing.accept(json);
    return json.finish().utf8();
  }
}
