package dev.spoor.overrides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.objectstore.LocalObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserOverridesStoreTest {

  private static final Tenant ACME = new Tenant("acme");
  private static final String KEY = "overrides/acme/overrides.json";

  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
  private final UserOverridesStore store = storeOn(objects, overrides);

  @Test
  void aChangeHoldsHereAtOnceAndElsewhereAfterTheNextRound() throws Exception {
    Overrides elsewhere = new Overrides(OverridesConfig.DEFAULTS);
    UserOverridesStore other = storeOn(objects, elsewhere);
    other.poll();

    store.put(ACME, of("{\"metrics_generator\":{\"collection_interval\":\"30s\"}}"), "0");

    assertThat(overrides.userLimitsOf(ACME)).isPresent();
    assertThat(elsewhere.userLimitsOf(ACME)).isEmpty();
    other.poll();
    assertThat(elsewhere.userLimitsOf(ACME)).isPresent();
  }

  @Test
  void whoHasNotSeenTheNewestVersionChangesNothing() throws Exception {
    String first = store.put(ACME, of("{}"), "0").orElseThrow();
    String second =
        store.put(ACME, of("{\"cost_attribution\":{\"dimensions\":{}}}"), first).orElseThrow();

    assertThat(store.put(ACME, of("{}"), "0")).isEmpty();
    assertThat(store.put(ACME, of("{}"), first)).isEmpty();
    assertThat(store.delete(ACME, first)).isFalse();
    assertThat(store.get(ACME).orElseThrow().version()).isEqualTo(second);

    assertThat(store.delete(ACME, second)).isTrue();
    assertThat(store.get(ACME)).isEmpty();
    assertThat(overrides.userLimitsOf(ACME)).isEmpty();
  }

  @Test
  void anObjectThatCannotBeReadKeepsWhatWasKnown() throws Exception {
    store.put(ACME, of("{\"metrics_generator\":{\"collection_interval\":\"30s\"}}"), "0");
    objects.put(KEY, "nonsense".getBytes(StandardCharsets.UTF_8));

    store.poll();

    assertThat(overrides.userLimitsOf(ACME).orElseThrow().metricsGenerator().collectionInterval())
        .isPresent();
  }

  @Test
  void anUnknownForwarderIsRefused() throws Exception {
    assertThat(store.refusal(ACME, of("{\"forwarders\":[\"known\"]}"), true)).isEmpty();
    assertThat(store.refusal(ACME, of("{\"forwarders\":[\"other\"]}"), true).orElseThrow())
        .contains("\"other\" is not a known forwarder");
  }

  @Test
  void aFolderKeepsThemWhereTheReferenceDoes(@TempDir Path folder) throws Exception {
    UserOverridesStore local = storeOn(new LocalObjectStore(new RealDisk(), folder), overrides);
    String version = local.put(ACME, of("{}"), "0").orElseThrow();

    assertThat(folder.resolve(KEY)).exists();
    assertThat(local.put(ACME, of("{}"), "0")).isEmpty();
    assertThat(local.delete(ACME, version)).isTrue();
  }

  private static UserOverridesStore storeOn(ObjectStore objects, Overrides overrides) {
    return new UserOverridesStore(
        objects,
        overrides,
        Set.of("known"),
        true,
        () -> new CountDownLatch(1).await(),
        new OverridesMetrics(new Metrics()));
  }

  private static UserOverrides of(String json) throws Exception {
    return UserOverrides.parse("body", json.getBytes(StandardCharsets.UTF_8));
  }
}
