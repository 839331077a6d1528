package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.MalformedJsonException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// What the JSON of both versions has in common: a list of spans, ids in hex, numbers, endpoints.
///
/// Members that are null count as absent, unknown ones are left out. Where a string is expected, a
/// number or a truth value is taken by its text.
final class ZipkinJsonReader implements AutoCloseable {

  private static final JsonFactory FACTORY = new JsonFactory();

  /// What to do with the members of an object; the parser stands at the value.
  interface Members {
    void read(String name) throws MalformedJsonException;
  }

  /// What to do with an element of an array; the parser stands at it.
  interface Element {
    void read() throws MalformedJsonException;
  }

  private static final int MOST_KEYS = 1000;

  private final Bytes json;
  private final JsonParser parser;

  /// Names of members as bytes; the parser gives the same string for the same name again.
  private final Map<String, Bytes> keys = new HashMap<>();

  /// The first half of the trace id read last.
  private long idHigh;

  ZipkinJsonReader(Bytes json) throws MalformedJsonException {
    this.json = json;
    try {
      parser =
          FACTORY.createParser(
              ObjectReadContext.empty(), json.array(), json.offset(), json.length());
    } catch (JacksonException e) {
      throw new MalformedJsonException(1, 1, "", String.valueOf(e.getOriginalMessage()));
    }
  }

  /// Reads the whole document: an array.
  void document(Element span) throws MalformedJsonException {
    try {
      parser.nextToken();
      array(span);
      if (parser.nextToken() != null) {
        throw malformed("expected the end after the list of spans");
      }
    } catch (JacksonException e) {
      TokenStreamLocation place = e.getLocation();
      throw malformed(
          place == null ? parser.currentLocation() : place, String.valueOf(e.getOriginalMessage()));
    }
  }

  void array(Element element) throws MalformedJsonException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw expected("an array");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.read();
    }
  }

  void object(Members members) throws MalformedJsonException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw expected("an object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        members.read(name);
      }
    }
  }

  void skip() {
    parser.skipChildren();
  }

  JsonToken token() {
    return parser.currentToken();
  }

  void endpoint(ZipkinEndpoint endpoint) throws MalformedJsonException {
    object(name -> {
      switch (name) {
        case "serviceName" -> endpoint.serviceName = text();
        case "ipv4" -> endpoint.ipv4 = text();
        case "ipv6" -> endpoint.ipv6 = text();
        case "port" -> endpoint.port = (int) integer();
        default -> skip();
      }
    });
  }

  /// The name of a member, in UTF-8.
  Bytes key(String name) {
    Bytes known = keys.get(name);
    if (known != null) {
      return known;
    }
    Bytes key = Bytes.utf8(name);
    if (keys.size() < MOST_KEYS) {
      keys.put(name, key);
    }
    return key;
  }

  /// A string in UTF-8: where it stands in the document, unless it holds an escape. The parser
  /// checks it all the same when it goes on.
  Bytes text() throws MalformedJsonException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      Bytes asItStands = plainString(parser.currentTokenLocation().getByteOffset());
      if (asItStands != null) {
        return asItStands;
      }
    }
    return Bytes.utf8(string());
  }

  /// @param offset of the opening quote in the document; negative when the parser doesn't know it
  /// @return null when there is no string without escapes
  private @Nullable Bytes plainString(long offset) {
    byte[] array = json.array();
    int quote = json.offset() + (int) offset;
    if (offset < 0 || offset >= json.length() || array[quote] != '"') {
      return null;
    }
    for (int i = quote + 1; i < json.end(); i++) {
      byte next = array[i];
      if (next == '"') {
        return Bytes.of(array, quote + 1, i - quote - 1);
      }
      if (next == '\\' || (next >= 0 && next < ' ')) {
        return null;
      }
    }
    return null;
  }

  String string() throws MalformedJsonException {
    return switch (parser.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          parser.getString();
      default -> throw expected("a string");
    };
  }

  double float64() {
    return parser.getDoubleValue();
  }

  long integer() throws MalformedJsonException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> (long) parser.getDoubleValue();
      case VALUE_STRING -> {
        try {
          yield Long.parseLong(parser.getString());
        } catch (NumberFormatException notOne) {
          throw expected("an integer");
        }
      }
      default -> throw expected("an integer");
    };
  }

  /// Reads 1 to 32 hex digits, with [#idHigh] as the other half.
  ///
  /// @return the last 16 of them
  long traceId() throws MalformedJsonException {
    Bytes digits = text();
    int length = digits.length();
    if (length == 0 || length > 32) {
      throw expected("a trace id of 16 or 32 hex digits");
    }
    int half = Math.max(0, length - 16);
    idHigh = hex(digits, 0, half);
    return hex(digits, half, length);
  }

  long idHigh() {
    return idHigh;
  }

  /// Reads 1 to 16 hex digits.
  long spanId() throws MalformedJsonException {
    Bytes digits = text();
    if (digits.isEmpty() || digits.length() > 16) {
      throw expected("a span id of 16 hex digits");
    }
    return hex(digits, 0, digits.length());
  }

  private long hex(Bytes digits, int from, int to) throws MalformedJsonException {
    long value = 0;
    for (int i = from; i < to; i++) {
      byte digit = digits.at(i);
      if (!HexFormat.isHexDigit(digit)) {
        throw expected("an id in hex digits");
      }
      value = value << 4 | HexFormat.fromHexDigit(digit);
    }
    return value;
  }

  MalformedJsonException expected(String what) {
    return malformed("expected %s, found %s".formatted(what, found()));
  }

  private String found() {
    return switch (parser.currentToken()) {
      case null -> "the end";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case END_OBJECT, END_ARRAY -> "the end of it";
      case VALUE_STRING, PROPERTY_NAME -> "'" + shortened(parser.getString()) + "'";
      default -> shortened(parser.getString());
    };
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  MalformedJsonException malformed(String problem) {
    return malformed(parser.currentTokenLocation(), problem);
  }

  private MalformedJsonException malformed(TokenStreamLocation place, String problem) {
    StringBuilder path = new StringBuilder();
    append(path, parser.streamReadContext());
    return new MalformedJsonException(
        place.getLineNr(), place.getColumnNr(), path.toString(), problem);
  }

  private static void append(StringBuilder path, TokenStreamContext context) {
    TokenStreamContext parent = context.getParent();
    if (parent != null) {
      append(path, parent);
    }
    if (context.inArray() && context.hasCurrentIndex()) {
      path.append('[').append(context.getCurrentIndex()).append(']');
    } else if (context.inObject() && context.currentName() != null) {
      path.append(path.isEmpty() ? "" : ".").append(shortened(context.currentName()));
    }
  }

  @Override
  public void close() {
    parser.close();
  }
}
