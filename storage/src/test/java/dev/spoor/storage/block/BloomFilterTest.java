package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BloomFilterTest {

  @Test
  void remembersWhatWasAddedAndForgetsTheRest() throws IOException {
    Random random = new Random(1);
    BloomFilter filter = BloomFilter.sized(200_000, 0.01, BloomFilter.DEFAULT_SHARD_BYTES);
    assertThat(filter.shardCount()).isEqualTo(3);
    TraceId[] present = new TraceId[200_000];
    for (int i = 0; i < present.length; i++) {
      present[i] = new TraceId(random.nextLong(), random.nextLong());
      filter.add(present[i]);
    }
    byte[][] shards = {filter.shard(0), filter.shard(1), filter.shard(2)};

    for (int i = 0; i < present.length; i += 17) {
      assertThat(contains(shards, present[i])).isTrue();
    }
    int wrong = 0;
    for (int i = 0; i < 10_000; i++) {
      wrong += contains(shards, new TraceId(random.nextLong(), random.nextLong())) ? 1 : 0;
    }
    assertThat(wrong).isLessThan(150);
  }

  @Test
  void refusesBytesThatAreNoShard() {
    TraceId id = new TraceId(1, 2);
    assertThatThrownBy(() -> BloomFilter.mightContain(new byte[0], id))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a bloom filter");
    byte[] promisesTooMuch = BloomFilter.sized(1, 0.01, 8).shard(0);
    promisesTooMuch[6] = 1;
    assertThatThrownBy(() -> BloomFilter.mightContain(promisesTooMuch, id))
        .isInstanceOf(IOException.class);
  }

  private static boolean contains(byte[][] shards, TraceId id) throws IOException {
    return BloomFilter.mightContain(shards[BloomFilter.shardOf(id, shards.length)], id);
  }
}
