package dev.spoor.testkit;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/// Exports that are small on the wire and large in memory.
public final class HostileBodies {

  private static final int SPANS = 2;
  private static final int TRACE_ID = 1;
  private static final int SPAN_ID = 2;
  private static final int START = 7;
  private static final int END = 8;
  private static final int EVENTS = 11;

  private HostileBodies() {}

  /// Spans of now whose events take two bytes each, and twenty in columns.
  ///
  /// @param trace the first 8 bytes of the trace ids; the others count from 1
  /// @param traces each with as many spans, whose ids count from 1
  public static Bytes emptyEvents(long trace, int traces, int spansEach, int eventsEach) {
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    int scopeSpans = request.begin(2);
    long now = System.currentTimeMillis() * 1_000_000;
    byte[] events = repeated(new byte[] {EVENTS << 3 | 2, 0}, eventsEach);
    for (int i = 0; i < traces * spansEach; i++) {
      int span = request.begin(SPANS);
      request.bytes(
          TRACE_ID, ByteBuffer.allocate(16).putLong(trace).putLong(1 + i / spansEach).array());
      request.bytes(SPAN_ID, ByteBuffer.allocate(8).putLong(1 + i % spansEach).array());
      request.fixed64(START, now);
      request.fixed64(END, now);
      request.raw(events, 0, events.length);
      request.end(span);
    }
    request.end(scopeSpans);
    request.end(resourceSpans);
    return request.finish();
  }

  /// Spans of two bytes, which can't be stored.
  public static Bytes emptySpans(int spans) {
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    int scopeSpans = request.begin(2);
    byte[] all = repeated(new byte[] {SPANS << 3 | 2, 0}, spans);
    request.raw(all, 0, all.length);
    request.end(scopeSpans);
    request.end(resourceSpans);
    return request.finish();
  }

  public static byte[] repeated(byte[] field, int times) {
    ByteBuffer all = ByteBuffer.allocate(field.length * times);
    for (int i = 0; i < times; i++) {
      all.put(field);
    }
    return all.array();
  }

  public static byte[] gzip(Bytes body) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(sent)) {
      gzip.write(body.array(), body.offset(), body.length());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return sent.toByteArray();
  }
}
