package dev.spoor.storage.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.storage.objectstore.RequestObserver.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedObjectStoreTest extends ObjectStoreContract {

  private record Seen(Operation operation, int status) {}

  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final FaultyObjectStore faulty = new FaultyObjectStore(new MemoryObjectStore());
  private final ObjectStore store =
      new ObservedObjectStore(
          faulty, (operation, status, duration) -> seen.add(new Seen(operation, status)));

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Test
  void everyCallIsSeenWithItsOutcome() throws Exception {
    store.put("a/b", utf8("x"));
    store.get("a/b", 10);
    assertThatThrownBy(() -> store.head("a/c")).isInstanceOf(ObjectNotFoundException.class);
    store.putIfAbsent("a/b", utf8("y"));
    store.list(ListRequest.below(""));
    store.delete("a/b");
    faulty.failWhen(call -> true);
    assertThatThrownBy(() -> store.read("a/b", 0, 1)).isInstanceOf(StoreUnreachableException.class);

    assertThat(seen)
        .containsExactly(
            new Seen(Operation.PUT, 200),
            new Seen(Operation.GET, 200),
            new Seen(Operation.HEAD, 404),
            new Seen(Operation.PUT, 412),
            new Seen(Operation.LIST, 200),
            new Seen(Operation.DELETE, 200),
            new Seen(Operation.GET, 502));
  }
}
