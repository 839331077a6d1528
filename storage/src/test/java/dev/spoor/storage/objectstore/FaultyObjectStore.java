package dev.spoor.storage.objectstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A store that remembers what it was asked, and fails when a test wants it to: before the call is
/// done, or after.
public final class FaultyObjectStore implements ObjectStore {

  /// @param operation the name of the method
  /// @param key of the object, or the prefix of a listing
  public record Call(String operation, String key) {}

  private final ObjectStore store;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private volatile Predicate<Call> before = call -> false;
  private volatile Predicate<Call> after = call -> false;
  private volatile @Nullable CountDownLatch stuckAt;

  public FaultyObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public boolean isNear() {
    return store.isNear();
  }

  /// From now on calls that match fail, and do nothing.
  public void failWhen(Predicate<Call> matching) {
    before = matching;
  }

  /// From now on calls that match are done, and fail nevertheless.
  public void failAfter(Predicate<Call> matching) {
    after = matching;
  }

  /// From now on calls never end, except by an interrupt; the first one opens the latch.
  public void interruptibleAt(CountDownLatch reached) {
    stuckAt = reached;
  }

  public void heal() {
    before = call -> false;
    after = call -> false;
    stuckAt = null;
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /// The keys of the calls of one operation, in their order.
  public List<String> keysOf(String operation) {
    return calls.stream()
        .filter(call -> call.operation().equals(operation))
        .map(Call::key)
        .toList();
  }

  public void forgetCalls() {
    calls.clear();
  }

  @Override
  public String put(String key, byte[] content) throws IOException {
    return run("put", key, () -> store.put(key, content));
  }

  @Override
  public String put(String key, ObjectSource source) throws IOException {
    return run("put", key, () -> store.put(key, source));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return run("putIfAbsent", key, () -> store.putIfAbsent(key, content));
  }

  @Override
  public boolean putIfMatch(String key, String etag, byte[] content) throws IOException {
    return run("putIfMatch", key, () -> store.putIfMatch(key, etag, content));
  }

  @Override
  public byte[] get(String key, int limit) throws IOException {
    return run("get", key, () -> store.get(key, limit));
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    return run("read", key, () -> store.read(key, offset, length));
  }

  @Override
  public ObjectInfo head(String key) throws IOException {
    return run("head", key, () -> store.head(key));
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    return run("list", request.prefix(), () -> store.list(request));
  }

  @Override
  public void delete(String key) throws IOException {
    run(
        "delete",
        key,
        () -> {
          store.delete(key);
          return true;
        });
  }

  @Override
  public void close() {
    store.close();
  }

  private <T> T run(String operation, String key, Work<T> work) throws IOException {
    Call call = new Call(operation, key);
    calls.add(call);
    if (before.test(call)) {
      throw new StoreUnreachableException(operation + " of " + key + ": connection refused", null);
    }
    CountDownLatch reached = stuckAt;
    if (reached != null) {
      reached.countDown();
      waitForInterrupt();
    }
    T answer = work.run();
    if (after.test(call)) {
      throw new StoreTimeoutException(operation + " of " + key + ": timeout", null);
    }
    return answer;
  }

  private static void waitForInterrupt() throws InterruptedIOException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      throw new InterruptedIOException("interrupted");
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }
}
