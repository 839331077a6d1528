package dev.spoor.storage.objectstore;

import dev.spoor.storage.objectstore.RequestObserver.Operation;
import java.io.IOException;
import java.time.Duration;

/// Tells an observer of each call to a store. For stores that don't do so themselves, as
/// [S3ObjectStore] does: it makes several requests for one call.
public final class ObservedObjectStore implements ObjectStore {

  private static final int OK = 200;
  private static final int PRECONDITION_FAILED = 412;
  private static final int BROKEN = 500;

  private final ObjectStore store;
  private final RequestObserver observer;

  public ObservedObjectStore(ObjectStore store, RequestObserver observer) {
    this.store = store;
    this.observer = observer;
  }

  @Override
  public String put(String key, byte[] content) throws IOException {
    return observed(Operation.PUT, () -> store.put(key, content));
  }

  @Override
  public String put(String key, ObjectSource source) throws IOException {
    return observed(Operation.PUT, () -> store.put(key, source));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return observed(Operation.PUT, () -> store.putIfAbsent(key, content));
  }

  @Override
  public boolean putIfMatch(String key, String etag, byte[] content) throws IOException {
    return observed(Operation.PUT, () -> store.putIfMatch(key, etag, content));
  }

  @Override
  public byte[] get(String key, int limit) throws IOException {
    return observed(Operation.GET, () -> store.get(key, limit));
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    return observed(Operation.GET, () -> store.read(key, offset, length));
  }

  @Override
  public boolean isNear() {
    return store.isNear();
  }

  @Override
  public ObjectInfo head(String key) throws IOException {
    return observed(Operation.HEAD, () -> store.head(key));
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    return observed(Operation.LIST, () -> store.list(request));
  }

  @Override
  public void delete(String key) throws IOException {
    observed(
        Operation.DELETE,
        () -> {
          store.delete(key);
          return true;
        });
  }

  @Override
  public void close() {
    store.close();
  }

  private <T> T observed(Operation operation, Call<T> call) throws IOException {
    long start = System.nanoTime();
    int status = BROKEN;
    try {
      T answer = call.run();
      status = Boolean.FALSE.equals(answer) ? PRECONDITION_FAILED : OK;
      return answer;
    } catch (ObjectStoreException failure) {
      status = failure.status();
      throw failure;
    } finally {
      observer.ended(operation, status, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private interface Call<T> {
    T run() throws IOException;
  }
}
