package dev.spoor.storage.objectstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/// A range of a source as the body of a request. Remembers that the source failed, which is not the
/// store's fault, and closes what the SDK opened.
final class SentSource implements ContentStreamProvider, AutoCloseable {

  private final ObjectSource source;
  private final long offset;
  private final long length;
  private @Nullable InputStream open;
  private @Nullable IOException failure;

  SentSource(ObjectSource source, long offset, long length) {
    this.source = source;
    this.offset = offset;
    this.length = length;
  }

  RequestBody body() {
    return RequestBody.fromContentProvider(this, length, "application/octet-stream");
  }

  @Override
  public synchronized InputStream newStream() {
    closeQuietly();
    try {
      InputStream opened = new Watched(source.open(offset, length));
      open = opened;
      return opened;
    } catch (IOException cannotOpen) {
      failure = cannotOpen;
      throw new UncheckedIOException(cannotOpen);
    }
  }

  /// Why the source could not be read, if that happened.
  synchronized @Nullable IOException failure() {
    return failure;
  }

  @Override
  public synchronized void close() {
    closeQuietly();
  }

  private synchronized void failed(IOException problem) {
    failure = problem;
  }

  /// It was only read: nothing is lost when closing it fails, but a failure is remembered.
  private void closeQuietly() {
    if (open != null) {
      try {
        open.close();
      } catch (IOException cannotClose) {
        failure = cannotClose;
      }
      open = null;
    }
  }

  private final class Watched extends FilterInputStream {

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException problem) {
        failed(problem);
        throw problem;
      }
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
      try {
        return in.read(target, from, count);
      } catch (IOException problem) {
        failed(problem);
        throw problem;
      }
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
