package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.JsonNames;
import dev.spoor.wire.json.JsonReader;
import dev.spoor.wire.json.MalformedJsonException;
import java.util.HexFormat;

/// What the JSON of both versions has in common: ids in hex, and endpoints.
///
/// Members that are null count as absent, unknown ones are left out. Where a string is expected, a
/// number or a truth value is taken by its text.
final class ZipkinJsonReader {

  private enum EndpointMember {
    SERVICE_NAME("serviceName"),
    IPV4("ipv4"),
    IPV6("ipv6"),
    PORT("port"),
    OTHER("");

    private final String text;

    EndpointMember(String text) {
      this.text = text;
    }
  }

  private static final JsonNames<EndpointMember> ENDPOINT_MEMBERS =
      JsonNames.of(EndpointMember.OTHER, member -> member.text);

  /// By character of ASCII: the hex digit that it is, or -1.
  private static final byte[] DIGITS = digits();

  private final JsonReader json;

  /// The first half of the trace id read last.
  private long idHigh;

  /// The endpoint read last, and where it stands: one process writes the same one again and again.
  private final ZipkinEndpoint latest = new ZipkinEndpoint();

  private int latestFrom;
  private int latestTo;

  ZipkinJsonReader(JsonReader json) {
    this.json = json;
  }

  private static byte[] digits() {
    byte[] digits = new byte[Byte.MAX_VALUE + 1];
    for (int character = 0; character < digits.length; character++) {
      boolean isDigit = HexFormat.isHexDigit(character);
      digits[character] = (byte) (isDigit ? HexFormat.fromHexDigit(character) : -1);
    }
    return digits;
  }

  /// Replaces all that `endpoint` holds.
  void endpoint(ZipkinEndpoint endpoint) throws MalformedJsonException {
    if (latestFrom == latestTo || !json.skipIfSame(latestFrom, latestTo)) {
      readEndpoint();
    }
    endpoint.set(latest);
  }

  private void readEndpoint() throws MalformedJsonException {
    latest.clear();
    latestFrom = json.position();
    json.beginObject();
    while (json.nextMember()) {
      switch (ENDPOINT_MEMBERS.of(json)) {
        case SERVICE_NAME -> latest.serviceName = json.text();
        case IPV4 -> latest.ipv4 = json.text();
        case IPV6 -> latest.ipv6 = json.text();
        case PORT -> latest.port = (int) json.integer();
        case OTHER -> json.skip();
      }
    }
    latestTo = json.position();
  }

  /// Reads 1 to 32 hex digits, with [#idHigh] as the other half.
  ///
  /// @return the last 16 of them
  long traceId() throws MalformedJsonException {
    Bytes digits = json.text();
    int length = digits.length();
    if (length == 0 || length > 32) {
      throw json.expected("a trace id of 16 or 32 hex digits");
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
    Bytes digits = json.text();
    if (digits.isEmpty() || digits.length() > 16) {
      throw json.expected("a span id of 16 hex digits");
    }
    return hex(digits, 0, digits.length());
  }

  private long hex(Bytes digits, int from, int to) throws MalformedJsonException {
    byte[] array = digits.array();
    int offset = digits.offset();
    long value = 0;
    for (int i = offset + from; i < offset + to; i++) {
      int digit = array[i] < 0 ? -1 : DIGITS[array[i]];
      if (digit < 0) {
        throw json.expected("an id in hex digits");
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
