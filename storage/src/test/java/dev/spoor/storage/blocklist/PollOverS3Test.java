package dev.spoor.storage.blocklist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.S3Configs;
import dev.spoor.storage.objectstore.S3ObjectStore;
import dev.spoor.storage.objectstore.S3ProxyServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What a poll asks of a bucket, request by request as they leave the process.
class PollOverS3Test {

  private static final Tenant ACME = new Tenant("acme");

  private final AtomicInteger requests = new AtomicInteger();

  @Test
  void theRequestsOfAPollAreThoseThatAreStated() throws Exception {
    try (ObjectStore bucket =
        S3ObjectStore.open(
            S3Configs.of(S3ProxyServer.shared()), (_, _, _) -> requests.incrementAndGet())) {
      StoreBlocklist building = polling(bucket, true);
      StoreBlocklist reading = polling(bucket, false);
      int blocks = 3;
      for (int block = 0; block < blocks; block++) {
        BlockMeta meta = StoreBlocklistTest.meta();
        bucket.put("acme/" + meta.blockId() + "/meta.json", meta.toJson());
      }

      requests.set(0);
      Blocklist first = building.read(Blocklist.EMPTY);
      assertThat(requests).as("tenants, objects, new metas, index").hasValue(1 + 1 + blocks + 2);

      requests.set(0);
      building.read(first);
      assertThat(requests).as("tenants, objects, index").hasValue(1 + 1 + 2);

      requests.set(0);
      assertThat(reading.read(Blocklist.EMPTY).of(ACME).live()).hasSize(blocks);
      assertThat(requests).as("tenants, index").hasValue(1 + 2);
    }
  }

  private static StoreBlocklist polling(ObjectStore bucket, boolean builds) {
    InstantSource clock = InstantSource.system();
    BlocklistMetrics metrics = new BlocklistMetrics(new Metrics(), clock);
    TenantIndexReader tenants =
        new TenantIndexReader(
            bucket,
            new TenantListing(bucket, 10, Duration.ZERO, clock),
            new TenantIndexReader.Settings(_ -> builds, Duration.ZERO, true, Optional.empty()),
            clock,
            metrics);
    return new StoreBlocklist(
        bucket, tenants, new StoreBlocklist.Tolerance(0, 0), 1, clock, metrics);
  }
}
