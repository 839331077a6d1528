package dev.spoor.bench;

import dev.spoor.testkit.fleet.FleetRequest;
import dev.spoor.testkit.fleet.SpanRef;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What was sent and what was acknowledged, on disk; 18 bytes a span.
///
/// A file is `SPLG`, a version, and a record for each request: a byte that says whether it was
/// acknowledged, the number of spans, and for each the trace id and its number in the trace. Not
/// synced: it is about crashes of the server, not of the generator. Safe for many threads.
final class LedgerFile implements Closeable {

  private static final int MAGIC = 0x53504C47;
  private static final int VERSION = 1;
  private static final int ACKNOWLEDGED = 1;
  private static final int UNKNOWN = 0;

  private final DataOutputStream out;

  private LedgerFile(DataOutputStream out) {
    this.out = out;
  }

  /// Begins a new file, over one that is there.
  static LedgerFile create(Path file) throws IOException {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 18));
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    return new LedgerFile(out);
  }

  /// @param acknowledged false for a request that may or may not have been stored
  synchronized void add(FleetRequest request, boolean acknowledged) throws IOException {
    out.writeByte(acknowledged ? ACKNOWLEDGED : UNKNOWN);
    out.writeInt(request.spans().size());
    for (SpanRef span : request.spans()) {
      out.writeLong(span.traceHigh());
      out.writeLong(span.traceLow());
      out.writeShort(span.number());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }

  /// Reads a file as far as it goes.
  ///
  /// @throws IOException when it can't be read or is no ledger
  static SentSpans read(Path file) throws IOException {
    SentSpans spans = new SentSpans();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 18))) {
      if (in.readInt() != MAGIC || in.readInt() != VERSION) {
        throw new IOException(file + " is no ledger of version " + VERSION);
      }
      readRecords(in, spans);
    } catch (EOFException end) {
      throw new IOException(file + " ends within a record: was the generator killed?", end);
    }
    return spans;
  }

  private static void readRecords(DataInputStream in, SentSpans spans) throws IOException {
    for (int kind = in.read(); kind >= 0; kind = in.read()) {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        long high = in.readLong();
        long low = in.readLong();
        spans.add(high, low, in.readUnsignedShort(), kind == ACKNOWLEDGED);
      }
    }
  }
}
