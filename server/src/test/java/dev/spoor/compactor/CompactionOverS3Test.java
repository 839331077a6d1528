package dev.spoor.compactor;

import static dev.spoor.compactor.TestStore.ACME;
import static dev.spoor.compactor.TestStore.distinct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.compactor.TestStore.Process;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.compact.TestBlocks;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.RequestObserver;
import dev.spoor.storage.objectstore.S3Configs;
import dev.spoor.storage.objectstore.S3ObjectStore;
import dev.spoor.storage.objectstore.S3ProxyServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactionOverS3Test {

  @Test
  void blocksAreMergedRetiredAndDeletedOnARealServerWithALease() throws Exception {
    try (ObjectStore s3 =
        S3ObjectStore.open(S3Configs.of(S3ProxyServer.shared()), RequestObserver.NONE)) {
      TestStore blocks = new TestStore(s3);
      List<BlockMeta> published =
          List.of(
              blocks.publish(TestBlocks.trace(1, 1, 3000)),
              blocks.publish(TestBlocks.trace(1, 2000, 3000), TestBlocks.trace(2, 1, 20)));
      List<String> all = distinct(blocks.spans(published));
      try (Process first = blocks.process();
          Process second = blocks.process()) {
        second.work();
        assertThat(second.compactor.state()).isEqualTo("waits for the lease");
        first.work();
        assertThat(blocks.spans(blocks.live())).isEqualTo(all);
        assertThat(first.listed().live()).hasSize(1);

        first.compactor.close();
        second.compactor.refreshLease();
        second.poll();
        blocks.clock.advance(Duration.between(blocks.clock.instant(), Instant.now()));
        blocks.clock.advance(Duration.ofDays(15));
        second.work();
        blocks.clock.advance(Duration.ofHours(2));
        second.work();
        assertThat(blocks.store().folders(ACME)).isEmpty();
      }
    }
  }
}
