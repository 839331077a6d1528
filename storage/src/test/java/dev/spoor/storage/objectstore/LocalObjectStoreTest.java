package dev.spoor.storage.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.disk.RealDisk;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {

  @TempDir private Path folder;
  private LocalObjectStore store;

  @BeforeEach
  void open() {
    store = new LocalObjectStore(new RealDisk(), folder.resolve("traces"));
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Test
  void theKeyIsThePath() throws Exception {
    store.put("acme/block/meta.json", utf8("{}"));

    assertThat(folder.resolve("traces/acme/block/meta.json")).hasContent("{}");
  }

  @Test
  void whatACrashedPutLeftIsNoObjectAndIsRemoved() throws Exception {
    store.put("acme/1/meta.json", utf8("{}"));
    Path left = folder.resolve("traces/acme/1/.spoor-put-0123");
    Path alone = folder.resolve("traces/acme/2/.spoor-put-4567");
    Files.createDirectories(alone.getParent());
    Files.writeString(left, "hal");
    Files.writeString(alone, "hal");

    assertThat(store.list(ListRequest.below("")).objects()).hasSize(1);
    assertThat(store.removeLeftovers(Instant.EPOCH)).isZero();
    assertThat(store.removeLeftovers(Instant.now().plusSeconds(60))).isEqualTo(2);
    assertThat(left).doesNotExist();
    assertThat(alone.getParent()).doesNotExist();
    assertThat(store.get("acme/1/meta.json", 10)).isEqualTo(utf8("{}"));
  }

  /// Else who shares what another one reads would take it for a fault of the store.
  @Test
  void anInterruptedReadIsNoFaultOfTheStore() throws Exception {
    store.put("acme/1/bloom-0", utf8("bits"));
    List<ThrowingCallable> reads =
        List.of(() -> store.get("acme/1/bloom-0", 10), () -> store.read("acme/1/bloom-0", 0, 2));
    for (ThrowingCallable read : reads) {
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(read).isInstanceOf(InterruptedIOException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
    assertThat(store.get("acme/1/bloom-0", 10)).isEqualTo(utf8("bits"));
  }

  @Test
  void aFailedPutLeavesNoFile() throws Exception {
    assertThatThrownBy(() -> store.put("acme/1/data", failingAfter(10, 20)))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("acme/1/data")
        .hasMessageContaining("bad sector");

    try (var files = Files.list(folder.resolve("traces/acme/1"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void theLastObjectTakesItsFoldersWithIt() throws Exception {
    store.put("acme/1/meta.json", utf8("{}"));
    store.delete("acme/1/meta.json");

    assertThat(folder.resolve("traces/acme")).doesNotExist();
    assertThat(folder.resolve("traces")).isDirectory();
  }

  @Test
  void putsAndDeletesInOneFolderDoNotDisturbEachOther() throws Exception {
    Thread other =
        Thread.startVirtualThread(() -> {
          try {
            for (int i = 0; i < 50; i++) {
              store.put("acme/1/a", utf8("a"));
              store.delete("acme/1/a");
            }
          } catch (Exception failure) {
            throw new AssertionError(failure);
          }
        });
    for (int i = 0; i < 50; i++) {
      store.put("acme/1/b", utf8("b"));
      assertThat(store.get("acme/1/b", 10)).isEqualTo(utf8("b"));
      store.delete("acme/1/b");
    }
    other.join();
    assertThat(store.folders("")).isEmpty();
  }
}
