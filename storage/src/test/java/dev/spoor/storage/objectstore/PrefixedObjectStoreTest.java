package dev.spoor.storage.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrefixedObjectStoreTest extends ObjectStoreContract {

  private final MemoryObjectStore all = new MemoryObjectStore();
  private final ObjectStore store = PrefixedObjectStore.of(all, "/clusters/eu/");

  @BeforeEach
  void putStrangers() {
    all.put("clusters/a", utf8("stranger"));
    all.put("clusters/eu-west/a", utf8("stranger"));
    all.put("zebra", utf8("stranger"));
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Test
  void objectsAreBelowThePrefix() throws Exception {
    store.put("acme/x", utf8("x"));

    assertThat(all.get("clusters/eu/acme/x", 10)).isEqualTo(utf8("x"));
  }

  @Test
  void anEmptyPrefixIsTheStoreItself() {
    assertThat(PrefixedObjectStore.of(all, "")).isSameAs(all);
    assertThat(PrefixedObjectStore.of(all, "/")).isSameAs(all);
  }

  @Test
  void aPrefixThatLeadsElsewhereIsRefused() {
    assertThatThrownBy(() -> PrefixedObjectStore.of(all, "a/../b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
