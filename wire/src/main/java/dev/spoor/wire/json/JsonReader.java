package dev.spoor.wire.json;

import dev.spoor.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a JSON document (RFC 8259) from its bytes, one value after the other; strings are ranges
/// of the document wherever they can be.
///
/// ```java
/// reader.beginObject();
/// while (reader.nextMember()) {
///   switch (NAMES.of(reader)) {
///     case NAME -> name = reader.text();
///     case OTHER -> reader.skip();
///   }
/// }
/// ```
///
/// The reader always stands at a value, which has to be read or skipped before going on. Everything
/// it passes is checked, skipped or not. Names may come twice in an object. The document is UTF-8
/// with or without a byte order mark; what is in UTF-16 or UTF-32 is copied first. Memory is that
/// of the document at most. One thread at a time.
public final class JsonReader {

  /// What a value is.
  public enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    /// A number without fraction and exponent.
    INTEGER,
    /// A number with one of them.
    DECIMAL,
    TRUE,
    FALSE,
    NULL,
    /// The end of the object or array, or no JSON.
    NONE
  }

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");

  private static final int MOST_NESTED = 500;
  private static final int LONGEST_NUMBER = 1000;
  private static final int MOST_SHOWN = 40;
  private static final int IN_OBJECT = 0;
  private static final int IN_ARRAY = -1;

  private final byte[] array;
  private final int begin;
  private final int end;
  private int at;

  /// Where the value or end begins that was come to last.
  private int mark;

  private int depth;

  /// By depth: in an object where the name of the member stands; in an array the index, and
  /// [#IN_ARRAY]. What was not gone into yet has -1.
  private int[] placeFrom = new int[16];

  private int[] placeTo = new int[16];

  private byte[] nameArray;
  private int nameFrom;
  private int nameTo;

  /// Whether the string that was scanned last holds an escape.
  private boolean escaped;

  /// Whether the number that was scanned last has a fraction or an exponent.
  private boolean decimal;

  /// Stands at the outermost value.
  public JsonReader(Bytes document) {
    Bytes utf8 = utf8(document);
    array = utf8.array();
    begin = utf8.offset();
    end = utf8.end();
    nameArray = array;
    at = begin;
    boolean hasMark =
        utf8.length() >= 3
            && array[at] == (byte) 0xEF
            && array[at + 1] == (byte) 0xBB
            && array[at + 2] == (byte) 0xBF;
    at += hasMark ? 3 : 0;
    toValue();
  }

  /// Other encodings show in their byte order mark or in zeros, since the first character is ASCII
  /// (RFC 4627, section 3).
  private static Bytes utf8(Bytes document) {
    int first = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      first = first << Byte.SIZE | (i < document.length() ? document.at(i) & 0xFF : 0xFF);
    }
    if (first >>> 8 == 0 || first == 0x0000_FEFF) {
      return recoded(document, Charset.forName("UTF-32BE"));
    }
    if ((first & 0x00FF_FFFF) == 0 || first == 0xFFFE_0000) {
      return recoded(document, Charset.forName("UTF-32LE"));
    }
    int start = first >>> 16;
    if (start >>> 8 == 0 || start == 0xFEFF) {
      return recoded(document, StandardCharsets.UTF_16BE);
    }
    if ((start & 0xFF) == 0 || start == 0xFFFE) {
      return recoded(document, StandardCharsets.UTF_16LE);
    }
    return document;
  }

  private static Bytes recoded(Bytes document, Charset from) {
    return Bytes.utf8(new String(document.array(), document.offset(), document.length(), from));
  }

  /// Goes into the array that the reader stands at, before its first element.
  public void beginArray() throws MalformedJsonException {
    if (peek() != '[') {
      throw expected("an array");
    }
    push(IN_ARRAY);
  }

  /// Goes to the next element of the array; at its end out of it, and false.
  public boolean nextElement() throws MalformedJsonException {
    toValue();
    byte next = peek();
    if (next == ']') {
      leave();
      return false;
    }
    if (placeFrom[depth] >= 0) {
      pass(',', "a comma or the end of the array");
      toValue();
    }
    placeFrom[depth]++;
    return true;
  }

  /// Goes into the object that the reader stands at, before its first member.
  public void beginObject() throws MalformedJsonException {
    if (peek() != '{') {
      throw expected("an object");
    }
    push(IN_OBJECT);
  }

  /// Goes to the value of the next member of the object that is not null; at its end out of it, and
  /// false.
  public boolean nextMember() throws MalformedJsonException {
    while (true) {
      toValue();
      if (peek() == '}') {
        leave();
        return false;
      }
      if (placeFrom[depth] >= 0) {
        pass(',', "a comma or the end of the object");
        toValue();
      }
      readName();
      toValue();
      pass(':', "a colon");
      toValue();
      if (peek() != 'n') {
        return true;
      }
      literal(NULL);
    }
  }

  private void readName() throws MalformedJsonException {
    if (peek() != '"') {
      throw expected("a name in quotes");
    }
    int from = at + 1;
    int to = endOfString(from);
    placeFrom[depth] = from;
    placeTo[depth] = to;
    if (escaped) {
      Bytes name = unescaped(from, to);
      nameArray = name.array();
      nameFrom = 0;
      nameTo = name.length();
    } else {
      nameArray = array;
      nameFrom = from;
      nameTo = to;
    }
    at = to + 1;
  }

  /// The name of the member that was come to last.
  public Bytes name() {
    return Bytes.of(nameArray, nameFrom, nameTo - nameFrom);
  }

  /// The index that a set of names has for that name.
  int nameIn(JsonNames.Index names) {
    return names.find(nameArray, nameFrom, nameTo);
  }

  /// What the reader stands at.
  public Kind kind() {
    return switch (peek()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't' -> Kind.TRUE;
      case 'f' -> Kind.FALSE;
      case 'n' -> Kind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        int i = at + 1;
        while (i < end && array[i] >= '0' && array[i] <= '9') {
          i++;
        }
        boolean goesOn = i < end && (array[i] == '.' || array[i] == 'e' || array[i] == 'E');
        yield goesOn ? Kind.DECIMAL : Kind.INTEGER;
      }
      default -> Kind.NONE;
    };
  }

  /// Reads a string; a number or a truth value is taken by its text.
  public Bytes text() throws MalformedJsonException {
    int from = at;
    switch (peek()) {
      case '"' -> {
        int to = endOfString(from + 1);
        at = to + 1;
        return escaped ? unescaped(from + 1, to) : Bytes.of(array, from + 1, to - from - 1);
      }
      case 't' -> literal(TRUE);
      case 'f' -> literal(FALSE);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw expected("a string");
    }
    return Bytes.of(array, from, at - from);
  }

  /// Reads an integer, which may be in quotes. Of a number with a fraction, that is left out.
  public long integer() throws MalformedJsonException {
    int first = peek();
    if (first == '"') {
      try {
        return Long.parseLong(text().utf8());
      } catch (NumberFormatException notOne) {
        throw expected("an integer");
      }
    }
    if (first != '-' && !isDigit(first)) {
      throw expected("an integer");
    }
    int from = at;
    number();
    if (decimal) {
      return (long) Double.parseDouble(ascii(from, at));
    }
    if (at - from > 18) {
      return parsed(from);
    }
    long value = 0;
    for (int i = first == '-' ? from + 1 : from; i < at; i++) {
      value = value * 10 + array[i] - '0';
    }
    return first == '-' ? -value : value;
  }

  private long parsed(int from) throws MalformedJsonException {
    try {
      return Long.parseLong(ascii(from, at));
    } catch (NumberFormatException tooLarge) {
      throw expected("an integer of 64 bits");
    }
  }

  /// Reads a number.
  public double float64() throws MalformedJsonException {
    int first = peek();
    if (first != '-' && !isDigit(first)) {
      throw expected("a number");
    }
    int from = at;
    number();
    return Double.parseDouble(ascii(from, at));
  }

  /// Passes the value, whatever it is.
  public void skip() throws MalformedJsonException {
    int outside = depth;
    skipOne();
    while (depth > outside) {
      boolean more = placeTo[depth] == IN_ARRAY ? nextElement() : nextMember();
      if (more) {
        skipOne();
      }
    }
  }

  /// Passes a scalar, or goes into an array or an object.
  private void skipOne() throws MalformedJsonException {
    switch (peek()) {
      case '{' -> push(IN_OBJECT);
      case '[' -> push(IN_ARRAY);
      case '"' -> at = endOfString(at + 1) + 1;
      case 't' -> literal(TRUE);
      case 'f' -> literal(FALSE);
      case 'n' -> literal(NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw expected("a value");
    }
  }

  /// Where the reader is in its array: while it stands at a value, where that begins.
  public int position() {
    return at;
  }

  /// Passes the value if it is, byte for byte, an array or object that was read before.
  ///
  /// @param from [#position] at that value
  /// @param to [#position] after it
  /// @return whether it was
  public boolean skipIfSame(int from, int to) {
    int length = to - from;
    if (length > end - at || !Arrays.equals(array, at, at + length, array, from, to)) {
      return false;
    }
    at += length;
    return true;
  }

  /// To be called after the outermost value.
  ///
  /// @param after what that was, for the message
  public void end(String after) throws MalformedJsonException {
    toValue();
    if (at < end) {
      throw malformed("expected the end after " + after);
    }
  }

  private void push(int place) throws MalformedJsonException {
    if (depth == MOST_NESTED) {
      throw malformed("more than " + MOST_NESTED + " values within each other");
    }
    depth++;
    if (depth == placeFrom.length) {
      placeFrom = Arrays.copyOf(placeFrom, 2 * depth);
      placeTo = Arrays.copyOf(placeTo, 2 * depth);
    }
    placeFrom[depth] = -1;
    placeTo[depth] = place;
    at++;
  }

  private void leave() {
    depth--;
    at++;
  }

  private void toValue() {
    while (at < end && array[at] <= ' ' && isSpace(array[at])) {
      at++;
    }
    mark = at;
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
  }

  /// The byte at which the reader stands; 0 at the end, which nothing begins with.
  private byte peek() {
    return at < end ? array[at] : 0;
  }

  private void pass(char wanted, String what) throws MalformedJsonException {
    if (peek() != wanted) {
      throw expected(what);
    }
    at++;
  }

  private void literal(byte[] word) throws MalformedJsonException {
    int to = at + word.length;
    if (to > end || !Arrays.equals(array, at, to, word, 0, word.length)) {
      throw expected("a value");
    }
    at = to;
  }

  private void number() throws MalformedJsonException {
    int from = at;
    decimal = false;
    at += array[at] == '-' ? 1 : 0;
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      decimal = true;
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      decimal = true;
      at++;
      at += peek() == '+' || peek() == '-' ? 1 : 0;
      digits();
    }
    if (at - from > LONGEST_NUMBER) {
      throw malformed("a number of more than " + LONGEST_NUMBER + " characters");
    }
  }

  private void digits() throws MalformedJsonException {
    if (!isDigit(peek())) {
      throw expected("a number");
    }
    while (at < end && isDigit(array[at])) {
      at++;
    }
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  /// Checks a string, and finds the quote that ends it.
  private int endOfString(int from) throws MalformedJsonException {
    escaped = false;
    int i = from;
    while (true) {
      i = plainUntil(i);
      if (i == end) {
        throw malformedAt(mark, "a string that does not end");
      }
      byte next = array[i];
      if (next == '"') {
        return i;
      }
      if (next == '\\') {
        escaped = true;
        i = afterEscape(i);
      } else if (next < 0) {
        i = afterCharacter(i);
      } else {
        throw malformedAt(i, "a control character in a string: " + next);
      }
    }
  }

  /// The next place that needs a look: a quote, a backslash, a control character, or a byte of a
  /// character beyond ASCII. Eight bytes at a time.
  private int plainUntil(int from) {
    int i = from;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      long special = special((long) WORD.get(array, i));
      if (special != 0) {
        return i + (Long.numberOfTrailingZeros(special) >>> 3);
      }
    }
    while (i < end && array[i] >= ' ' && array[i] != '"' && array[i] != '\\') {
      i++;
    }
    return i;
  }

  /// The lowest bit set is the high bit of the first such byte; those above it mean nothing.
  private static long special(long word) {
    long quotes = word ^ ONES * '"';
    long backslashes = word ^ ONES * '\\';
    long found =
        ((quotes - ONES) & ~quotes)
            | ((backslashes - ONES) & ~backslashes)
            | ((word - ONES * ' ') & ~word)
            | word;
    return found & HIGH_BITS;
  }

  private int afterEscape(int backslash) throws MalformedJsonException {
    int i = backslash + 1;
    switch (i < end ? array[i] : 0) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return i + 1;
      }
      case 'u' -> {
        for (int digit = i + 1; digit <= i + 4; digit++) {
          if (digit >= end || Character.digit(array[digit], 16) < 0) {
            throw malformedAt(backslash, "an escape without four hex digits");
          }
        }
        return i + 5;
      }
      default -> throw malformedAt(backslash, "an escape that JSON does not have");
    }
  }

  /// The end of a character of two to four bytes.
  private int afterCharacter(int from) throws MalformedJsonException {
    int first = array[from];
    int more =
        (first & 0xE0) == 0xC0 ? 1 : (first & 0xF0) == 0xE0 ? 2 : (first & 0xF8) == 0xF0 ? 3 : 0;
    boolean valid = more > 0 && from + more < end;
    for (int i = 1; valid && i <= more; i++) {
      valid = (array[from + i] & 0xC0) == 0x80;
    }
    if (!valid) {
      throw malformedAt(from, "bytes that are no UTF-8");
    }
    return from + more + 1;
  }

  /// A string that was checked, without its escapes.
  private Bytes unescaped(int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    int plain = from;
    int i = from;
    while (i < to) {
      if (array[i] != '\\') {
        i++;
        continue;
      }
      text.append(new String(array, plain, i - plain, StandardCharsets.UTF_8));
      byte character = array[i + 1];
      switch (character) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> text.append((char) Integer.parseInt(ascii(i + 2, i + 6), 16));
        default -> text.append((char) character);
      }
      i += character == 'u' ? 6 : 2;
      plain = i;
    }
    text.append(new String(array, plain, to - plain, StandardCharsets.UTF_8));
    return Bytes.utf8(text.toString());
  }

  private String ascii(int from, int to) {
    return new String(array, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// What to say when the value that was come to last is not what it should be.
  public MalformedJsonException expected(String what) {
    return malformed("expected %s, found %s".formatted(what, found()));
  }

  /// What to say when something is wrong with the value or the end that was come to last.
  public MalformedJsonException malformed(String problem) {
    return malformedAt(mark, problem);
  }

  private String found() {
    if (mark >= end) {
      return "the end";
    }
    return switch (array[mark]) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '}', ']' -> "the end of it";
      case '"' -> "'" + shortened(mark + 1, endOfFound(mark + 1, '"')) + "'";
      default -> "'" + shortened(mark, endOfFound(mark, ',')) + "'";
    };
  }

  private int endOfFound(int from, char delimiter) {
    int i = from;
    while (i < end
        && i - from <= 4 * MOST_SHOWN
        && array[i] != delimiter
        && array[i] >= ' ' | array[i] < 0) {
      boolean closes = delimiter == ',' && (array[i] == '}' || array[i] == ']' || array[i] == ' ');
      if (closes) {
        break;
      }
      i++;
    }
    return i;
  }

  private String shortened(int from, int to) {
    String text = new String(array, from, to - from, StandardCharsets.UTF_8);
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  private MalformedJsonException malformedAt(int place, String problem) {
    int line = 1;
    int lineStart = begin;
    for (int i = begin; i < place; i++) {
      if (array[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new MalformedJsonException(line, place - lineStart + 1, place - begin, path(), problem);
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 1; i <= depth; i++) {
      if (placeFrom[i] < 0) {
        continue;
      }
      if (placeTo[i] == IN_ARRAY) {
        path.append('[').append(placeFrom[i]).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(shortened(placeFrom[i], placeTo[i]));
      }
    }
    return path.toString();
  }
}
