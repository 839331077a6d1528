package dev.spoor.wire.json;

import dev.spoor.model.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Writes JSON in the one way in which the query API prints it: no white space, and in strings `<`,
/// `>`, `&`, U+2028 and U+2029 escaped.
///
/// The caller sees to it that names and values come in an order that makes sense; commas come by
/// themselves. Methods that take a name and end in `Unless…` leave out what proto3 leaves out. One
/// thread at a time.
///
/// With a stream to write to, no more than a piece of the document is in memory.
public final class JsonWriter {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final double MAX_EXACT_INTEGER = 1L << 53;
  private static final int LARGE = 16 << 20;

  /// Bytes that are gathered before they go to the stream.
  private static final int PIECE = 64 << 10;

  /// What makes an ASCII character need an escape: 0 for none, 1 for six characters, otherwise the
  /// character after the backslash.
  private static final byte[] ESCAPES = escapes();

  private final @Nullable OutputStream out;
  private byte[] buffer;
  private int size;
  private boolean commaNext;

  public JsonWriter() {
    this(1 << 10);
  }

  public JsonWriter(int capacity) {
    out = null;
    buffer = new byte[Math.max(capacity, 64)];
  }

  /// Writes to a stream, which has everything after [#flush]. What its methods throw comes as an
  /// [UncheckedIOException].
  public JsonWriter(OutputStream out) {
    this.out = out;
    buffer = new byte[PIECE + (PIECE >> 2)];
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[128];
    Arrays.fill(escapes, 0, 0x20, (byte) 1);
    for (char c : new char[] {'<', '>', '&'}) {
      escapes[c] = 1;
    }
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    return escapes;
  }

  public JsonWriter beginObject() {
    return open('{');
  }

  public JsonWriter endObject() {
    return close('}');
  }

  public JsonWriter beginArray() {
    return open('[');
  }

  public JsonWriter endArray() {
    return close(']');
  }

  /// The name of the member whose value comes next.
  public JsonWriter name(String name) {
    string(name);
    put(':');
    commaNext = false;
    return this;
  }

  public JsonWriter string(String text) {
    comma();
    put('"');
    putText(text);
    put('"');
    return this;
  }

  /// UTF-8; what is malformed in it becomes U+FFFD.
  public JsonWriter string(byte[] source, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (source[i] < 0) {
        return string(new String(source, offset, length, StandardCharsets.UTF_8));
      }
    }
    comma();
    put('"');
    int from = offset;
    for (int i = offset; i < offset + length; i++) {
      if (ESCAPES[source[i]] != 0) {
        putRaw(source, from, i - from);
        putEscaped((char) source[i]);
        from = i + 1;
      }
    }
    putRaw(source, from, offset + length - from);
    put('"');
    return this;
  }

  public JsonWriter base64(byte[] source, int offset, int length) {
    return ascii(Base64.getEncoder().encode(Arrays.copyOfRange(source, offset, offset + length)));
  }

  /// A string of lower-case hex digits.
  public JsonWriter hex(byte[] source, int offset, int length) {
    comma();
    put('"');
    ensure(2 * length);
    for (int i = offset; i < offset + length; i++) {
      buffer[size++] = HEX[source[i] >> 4 & 15];
      buffer[size++] = HEX[source[i] & 15];
    }
    put('"');
    return this;
  }

  public JsonWriter number(long value) {
    comma();
    putAscii(Long.toString(value));
    return this;
  }

  /// A 64-bit integer, which JSON can hold only as a string.
  public JsonWriter int64(long value) {
    return ascii(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  /// Likewise, unsigned.
  public JsonWriter uint64(long value) {
    return ascii(Long.toUnsignedString(value).getBytes(StandardCharsets.US_ASCII));
  }

  /// A number, or one of the strings `NaN`, `Infinity` and `-Infinity`.
  public JsonWriter number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return string(Double.toString(value));
    }
    comma();
    boolean negativeZero = value == 0 && 1 / value < 0;
    if (value == Math.rint(value) && Math.abs(value) < MAX_EXACT_INTEGER && !negativeZero) {
      putAscii(Long.toString((long) value));
    } else {
      putAscii(Double.toString(value));
    }
    return this;
  }

  public JsonWriter bool(boolean value) {
    comma();
    putAscii(value ? "true" : "false");
    return this;
  }

  /// `null`.
  public JsonWriter nothing() {
    comma();
    putAscii("null");
    return this;
  }

  public JsonWriter stringUnlessEmpty(String name, String value) {
    return value.isEmpty() ? this : name(name).string(value);
  }

  public JsonWriter numberUnlessZero(String name, long value) {
    return value == 0 ? this : name(name).number(value);
  }

  public JsonWriter uint64UnlessZero(String name, long value) {
    return value == 0 ? this : name(name).uint64(value);
  }

  /// Hands what was gathered to the stream.
  ///
  /// @throws IllegalStateException when there is no stream
  public void flush() {
    if (out == null) {
      throw new IllegalStateException("there is no stream to write to");
    }
    try {
      out.write(buffer, 0, size);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    size = 0;
  }

  /// What was written, without a copy: the writer must not be used afterwards. Not for a writer
  /// with a stream.
  public Bytes finish() {
    return Bytes.of(buffer, 0, size);
  }

  private JsonWriter open(char bracket) {
    comma();
    put(bracket);
    commaNext = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    put(bracket);
    commaNext = true;
    return this;
  }

  private void comma() {
    if (size >= PIECE && out != null) {
      flush();
    }
    if (commaNext) {
      put(',');
    }
    commaNext = true;
  }

  private JsonWriter ascii(byte[] text) {
    comma();
    put('"');
    putRaw(text, 0, text.length);
    put('"');
    return this;
  }

  private void putAscii(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    putRaw(ascii, 0, ascii.length);
  }

  private void putText(String text) {
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 128 ? ESCAPES[c] != 0 : c == '\u2028' || c == '\u2029') {
        putUtf8(text.substring(from, i));
        putEscaped(c);
        from = i + 1;
      }
    }
    putUtf8(from == 0 ? text : text.substring(from));
  }

  private void putUtf8(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putRaw(utf8, 0, utf8.length);
  }

  private void putEscaped(char c) {
    ensure(6);
    buffer[size++] = '\\';
    if (c < 128 && ESCAPES[c] > 1) {
      buffer[size++] = ESCAPES[c];
      return;
    }
    buffer[size++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      buffer[size++] = HEX[c >> shift & 15];
    }
  }

  private void put(char ascii) {
    ensure(1);
    buffer[size++] = (byte) ascii;
  }

  private void putRaw(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, buffer, size, length);
    size += length;
  }

  private void ensure(int more) {
    if (more > buffer.length - size) {
      long needed = (long) size + more;
      if (needed > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("a JSON document of more than 2 GiB");
      }
      // Of a large document there are two copies meanwhile, so the new one is not twice as large.
      long roomy = buffer.length < LARGE ? buffer.length * 2L : buffer.length * 5L / 4;
      long larger = Math.min(Integer.MAX_VALUE - 16, Math.max(needed, roomy));
      buffer = Arrays.copyOf(buffer, (int) larger);
    }
  }
}
