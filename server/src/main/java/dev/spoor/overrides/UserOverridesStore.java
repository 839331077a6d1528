package dev.spoor.overrides;

import dev.spoor.model.Tenant;
import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What tenants set themselves, one JSON object each in an object store, with versions.
///
/// All of them are read at every tick. What cannot be read stays as it was; a store that is down
/// never keeps a process from starting. A change through this class holds here at once, and in
/// other processes after their next tick. Safe for many threads.
public final class UserOverridesStore implements Component {

  private static final Logger log = LoggerFactory.getLogger(UserOverridesStore.class);

  /// The version of what is not stored yet.
  public static final String NEW = "0";

  private static final String FOLDER = "overrides/";
  private static final String FILE = "/overrides.json";
  private static final int MOST_BYTES = 1 << 20;
  private static final int READS = 5;

  private final ObjectStore store;
  private final Overrides overrides;
  private final Set<String> forwarders;
  private final boolean checksConflicts;
  private final Ticks ticks;
  private final OverridesMetrics metrics;
  private final AtomicLong changes = new AtomicLong();
  private final Thread poller = Threads.forever("user-overrides-poller", this::round);

  /// @param version opaque, without quotes
  public record Versioned(UserOverrides overrides, String version) {}

  /// @param store closed by this
  /// @param forwarders the names that a tenant may give
  /// @param checksConflicts whether a first entry is refused where the per-tenant file says
  ///   something of the same
  public UserOverridesStore(
      ObjectStore store,
      Overrides overrides,
      Set<String> forwarders,
      boolean checksConflicts,
      Ticks ticks,
      OverridesMetrics metrics) {
    this.store = store;
    this.overrides = overrides;
    this.forwarders = Set.copyOf(forwarders);
    this.checksConflicts = checksConflicts;
    this.ticks = ticks;
    this.metrics = metrics;
  }

  @Override
  public void start() {
    poller.start();
  }

  @Override
  public void close() {
    Threads.stop(poller);
    store.close();
  }

  private void round() throws InterruptedException {
    poll();
    ticks.awaitNext();
  }

  /// Reads what is stored of all tenants.
  void poll() {
    long changesBefore = changes.get();
    Map<Tenant, UserOverrides> before = overrides.users();
    Map<Tenant, UserOverrides> after = new HashMap<>();
    try {
      metrics.lists.inc();
      for (String id : store.folders(FOLDER)) {
        if (Tenant.isValid(id)) {
          Tenant tenant = new Tenant(id);
          fetchOr(before.get(tenant), tenant).ifPresent(found -> after.put(tenant, found));
        }
      }
      synchronized (overrides) {
        // What was changed here meanwhile is newer than what was read; the next round finds both.
        if (changes.get() == changesBefore) {
          overrides.replaceUsers(after);
        }
      }
    } catch (IOException failure) {
      metrics.failedReloads.inc();
      log.warn("what tenants set themselves could not be listed, keeping what is known", failure);
    }
  }

  private Optional<UserOverrides> fetchOr(@Nullable UserOverrides known, Tenant tenant) {
    try {
      return get(tenant).map(Versioned::overrides);
    } catch (IOException failure) {
      metrics.failedReloads.inc();
      log.warn("what tenant {} set could not be read, keeping what is known", tenant, failure);
      return Optional.ofNullable(known);
    }
  }

  /// What is stored of a tenant; empty when nothing.
  public Optional<Versioned> get(Tenant tenant) throws IOException {
    metrics.fetches.labelValues(tenant.id()).inc();
    try {
      return stored(tenant);
    } catch (IOException failure) {
      metrics.failedFetches.labelValues(tenant.id()).inc();
      throw failure;
    }
  }

  private Optional<Versioned> stored(Tenant tenant) throws IOException {
    String key = keyOf(tenant);
    try {
      // The content and the tag are two requests, between which somebody may have stored another.
      for (int read = 0; read < READS; read++) {
        String before = store.head(key).etag();
        byte[] json = store.get(key, MOST_BYTES);
        if (store.head(key).etag().equals(before)) {
          return Optional.of(new Versioned(UserOverrides.parse(key, json), bare(before)));
        }
      }
      throw new IOException(key + " changes all the time");
    } catch (ObjectNotFoundException missing) {
      return Optional.empty();
    } catch (ConfigException unreadable) {
      throw new IOException(unreadable.getMessage(), unreadable);
    }
  }

  /// Why a tenant cannot have these overrides; empty when it can.
  ///
  /// @param checksConflict false to let them stand against the per-tenant file
  public Optional<String> refusal(Tenant tenant, UserOverrides wanted, boolean checksConflict)
      throws IOException {
    for (String name : wanted.limits().forwarders().orElse(List.of())) {
      if (!forwarders.contains(name)) {
        return Optional.of(
            "forwarder \"%s\" is not a known forwarder, contact your system administrator"
                .formatted(name));
      }
    }
    boolean conflicts =
        checksConflicts
            && checksConflict
            && overrides
                .perTenant()
                .of(tenant)
                .filter(entry -> UserOverrides.conflictsWith(entry.tree()))
                .isPresent()
            && get(tenant).isEmpty();
    return conflicts
        ? Optional.of(
            "tenant has conflicting overrides set in runtime configuration, contact your system administrator")
        : Optional.empty();
  }

  /// Stores what a tenant set, if what is stored is still of this version.
  ///
  /// @param version [#NEW] where nothing is stored
  /// @return the new version; empty when what is stored is of another version
  public Optional<String> put(Tenant tenant, UserOverrides wanted, String version)
      throws IOException {
    String key = keyOf(tenant);
    byte[] json = wanted.toJson();
    boolean isPut =
        version.equals(NEW) ? store.putIfAbsent(key, json) : replace(key, version, json);
    if (!isPut || !Arrays.equals(store.get(key, MOST_BYTES), json)) {
      return Optional.empty();
    }
    log.info("tenant {} set its overrides: {}", tenant, new String(json, StandardCharsets.UTF_8));
    remember(tenant, Optional.of(wanted));
    return Optional.of(bare(store.head(key).etag()));
  }

  private boolean replace(String key, String version, byte[] json) throws IOException {
    try {
      String etag = store.head(key).etag();
      return bare(etag).equals(version) && store.putIfMatch(key, etag, json);
    } catch (ObjectNotFoundException gone) {
      return false;
    }
  }

  /// Deletes what is stored of a tenant, if it is still of this version. Stores have no conditional
  /// delete: who stores something at this very moment may lose it.
  ///
  /// @return false when it is of another version, or nothing is stored
  public boolean delete(Tenant tenant, String version) throws IOException {
    String key = keyOf(tenant);
    try {
      if (!bare(store.head(key).etag()).equals(version)) {
        return false;
      }
    } catch (ObjectNotFoundException missing) {
      return false;
    }
    store.delete(key);
    log.info("tenant {} deleted its overrides", tenant);
    remember(tenant, Optional.empty());
    return true;
  }

  private void remember(Tenant tenant, Optional<UserOverrides> now) {
    synchronized (overrides) {
      changes.incrementAndGet();
      Map<Tenant, UserOverrides> all = new HashMap<>(overrides.users());
      now.ifPresentOrElse(value -> all.put(tenant, value), () -> all.remove(tenant));
      overrides.replaceUsers(all);
    }
  }

  private static String keyOf(Tenant tenant) {
    return FOLDER + tenant.id() + FILE;
  }

  /// S3 puts tags in quotes.
  private static String bare(String etag) {
    return etag.replace("\"", "");
  }
}
