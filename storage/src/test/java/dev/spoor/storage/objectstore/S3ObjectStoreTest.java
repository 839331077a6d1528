package dev.spoor.storage.objectstore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class S3ObjectStoreTest extends ObjectStoreContract {

  private ObjectStore store;

  @BeforeEach
  void open() throws Exception {
    store = S3ObjectStore.open(S3Configs.of(S3ProxyServer.shared()), RequestObserver.NONE);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected int largeObject() {
    return 6 << 20;
  }
}
