package dev.spoor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.LocalObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.StoreUnreachableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCacheTest {

  private static final String KEY = "acme/block/data.parquet";
  private static final int PIECE = 100;

  private final MemoryObjectStore memory = new MemoryObjectStore();
  private final FaultyObjectStore objects = new FaultyObjectStore(memory);
  private final BlockCache cache = new BlockCache(1 << 20, PIECE);
  private final byte[] content = new byte[1_050];

  @BeforeEach
  void fill() {
    new Random(1).nextBytes(content);
    memory.put(KEY, content);
  }

  @Test
  void everyRangeIsWhatTheObjectHolds() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      BlockCache small = i % 100 == 0 ? new BlockCache(random.nextInt(2_000), PIECE) : cache;
      int offset = random.nextInt(content.length + 1);
      int length = random.nextInt(content.length - offset + 1);
      assertThat(small.read(objects, KEY, content.length, offset, length))
          .as("seed %d, %d + %d", seed, offset, length)
          .isEqualTo(Arrays.copyOfRange(content, offset, offset + length));
    }
  }

  @Test
  void neighboursComeWithOneRequest() throws Exception {
    read(10, 20);
    read(60, 20);
    read(95, 4);
    assertThat(objects.keysOf("read")).hasSize(1);

    read(110, 380);
    assertThat(objects.keysOf("read")).hasSize(2);
    read(0, 500);
    assertThat(objects.keysOf("read")).hasSize(2);
  }

  @Test
  void eachGapIsOneRequest() throws Exception {
    read(200, 10);
    read(500, 10);
    objects.forgetCalls();
    read(0, 800);

    assertThat(objects.keysOf("read")).hasSize(3);
  }

  @Test
  void whatTheCallerDoesToItsArrayIsNotSeenByOthers() throws Exception {
    Arrays.fill(read(0, 50), (byte) 0);

    assertThat(read(0, 50)).isEqualTo(Arrays.copyOf(content, 50));
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    objects.failWhen(call -> true);
    assertThatThrownBy(() -> read(0, 250)).isInstanceOf(StoreUnreachableException.class);
    assertThatThrownBy(() -> cache.get(objects, KEY, 2_000))
        .isInstanceOf(StoreUnreachableException.class);
    objects.heal();

    assertThat(read(0, 250)).isEqualTo(Arrays.copyOf(content, 250));
    assertThat(cache.get(objects, KEY, 2_000)).isEqualTo(content);
  }

  @Test
  void whatManyMissIsFetchedOnce() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    objects.failWhen(call -> {
      try {
        go.await();
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
      return false;
    });
    List<Thread> readers = new ArrayList<>();
    List<byte[]> answers = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 8; i++) {
      readers.add(
          Thread.startVirtualThread(() -> {
            try {
              answers.add(read(0, 1_000));
            } catch (IOException failure) {
              throw new AssertionError(failure);
            }
          }));
    }
    while (objects.calls().isEmpty()) {
      Thread.yield();
    }
    go.countDown();
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(answers).hasSize(8).allMatch(bytes -> Arrays.equals(bytes, content(0, 1_000)));
    assertThat(objects.keysOf("read")).hasSize(1);
  }

  @Test
  void aReaderThatIsStoppedDoesNotFailTheOthers() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    FaultyObjectStore stuck = new FaultyObjectStore(memory);
    stuck.interruptibleAt(reading);
    Thread stopped =
        Thread.startVirtualThread(() -> {
          try {
            cache.read(stuck, KEY, content.length, 0, 10);
          } catch (IOException expected) {
            assertThat(expected).isInstanceOf(InterruptedIOException.class);
          }
        });
    reading.await();
    List<byte[]> answers = Collections.synchronizedList(new ArrayList<>());
    Thread other =
        Thread.startVirtualThread(() -> {
          try {
            answers.add(read(0, 10));
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        });
    stopped.interrupt();
    stopped.join();
    other.join();

    assertThat(answers).singleElement().isEqualTo(content(0, 10));
  }

  @Test
  void memoryIsBounded() throws Exception {
    BlockCache small = new BlockCache(1_000, PIECE);
    for (int offset = 0; offset < 1_000; offset += PIECE) {
      small.read(objects, KEY, content.length, offset, 10);
    }

    assertThat(small.weight()).isBetween(1L, 1_000L);
  }

  @Test
  void aLongScanGoesPastTheCache() throws Exception {
    byte[] large = new byte[BlockCache.LARGEST + 1];
    memory.put("acme/large", large);
    BlockCache roomy = new BlockCache(100 << 20);
    roomy.read(objects, "acme/large", large.length, 0, large.length);

    assertThat(roomy.weight()).isZero();
  }

  @Test
  void ofAStoreThatIsNearNoMoreIsReadThanIsWanted(@TempDir Path folder) throws Exception {
    LocalObjectStore near = new LocalObjectStore(new RealDisk(), folder);
    near.put(KEY, content);
    FaultyObjectStore seen = new FaultyObjectStore(near);
    for (int i = 0; i < 2; i++) {
      assertThat(cache.read(seen, KEY, content.length, 150, 200)).isEqualTo(content(150, 350));
    }

    assertThat(seen.keysOf("read")).hasSize(2);
    assertThat(cache.weight()).isZero();
  }

  private byte[] read(int offset, int length) throws IOException {
    return cache.read(objects, KEY, content.length, offset, length);
  }

  private byte[] content(int from, int to) {
    return Arrays.copyOfRange(content, from, to);
  }
}
