package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.TenantIndex;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The indexes of tenants in the object store, each as two objects with the same content, as Tempo
/// writes and reads them: `<tenant>/index.pb.zst` and `<tenant>/index.json.gz`.
///
/// Older writers know only the second one, and a restored bucket may have two of different age.
/// That is why both are read, and the newer one counts. Safe for many threads.
final class TenantIndexStore {

  private static final Logger log = LoggerFactory.getLogger(TenantIndexStore.class);

  /// Room for some hundred thousand blocks.
  private static final int SIZE_LIMIT = 256 << 20;

  private final ObjectStore store;
  private final BlocklistMetrics metrics;

  TenantIndexStore(ObjectStore store, BlocklistMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  /// Replaces the index in two requests. That of a tenant without blocks is taken away.
  void write(Tenant tenant, TenantIndex index) throws IOException {
    if (index.blocks().isEmpty() && index.compacted().isEmpty()) {
      store.delete(protobufKey(tenant));
      store.delete(jsonKey(tenant));
    } else {
      store.put(protobufKey(tenant), index.toProtobuf());
      store.put(jsonKey(tenant), index.toJson());
    }
  }

  /// Reads the index in two requests. Where one of the two objects is unusable, the other one
  /// counts, and the error is logged and counted.
  ///
  /// @return empty when there is none
  /// @throws IOException naming the object, when there is an index and it can't be read
  Optional<TenantIndex> read(Tenant tenant) throws IOException {
    Attempt protobuf = attempt(protobufKey(tenant), TenantIndex::parseProtobuf);
    Attempt json = attempt(jsonKey(tenant), TenantIndex::parseJson);
    Optional<TenantIndex> newest =
        protobuf.index.isPresent() && json.index.isPresent()
            ? newer(protobuf.index.get(), json.index.get())
            : protobuf.index.or(() -> json.index);
    Optional<IOException> failure = protobuf.failure.or(() -> json.failure);
    if (newest.isEmpty() && failure.isPresent()) {
      throw failure.get();
    }
    if (failure.isPresent()) {
      metrics.indexFailed(tenant);
      log.warn("one of two copies of the index is unusable tenant={}", tenant, failure.get());
    }
    return newest;
  }

  private static Optional<TenantIndex> newer(TenantIndex protobuf, TenantIndex json) {
    return Optional.of(json.createdAt().isAfter(protobuf.createdAt()) ? json : protobuf);
  }

  private interface Parser {
    TenantIndex parse(byte[] bytes, String source) throws IOException;
  }

  private record Attempt(Optional<TenantIndex> index, Optional<IOException> failure) {}

  private Attempt attempt(String key, Parser parser) {
    try {
      TenantIndex index = parser.parse(store.get(key, SIZE_LIMIT), key);
      return new Attempt(Optional.of(index), Optional.empty());
    } catch (ObjectNotFoundException none) {
      return new Attempt(Optional.empty(), Optional.empty());
    } catch (IOException failure) {
      return new Attempt(Optional.empty(), Optional.of(failure));
    }
  }

  private static String protobufKey(Tenant tenant) {
    return tenant.id() + "/" + TenantIndex.PROTOBUF_NAME;
  }

  private static String jsonKey(Tenant tenant) {
    return tenant.id() + "/" + TenantIndex.JSON_NAME;
  }
}
