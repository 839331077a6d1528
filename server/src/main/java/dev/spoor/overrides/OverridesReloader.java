package dev.spoor.overrides;

import dev.spoor.overrides.OverridesFile.LimitTexts;
import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.platform.threads.Ticks;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the per-tenant file at the start, and again at every tick.
///
/// A start without a readable file fails, as nobody knows which limits were meant. Later, a file
/// that is gone or broken leaves the last good one in force; that is logged, once for each new
/// reason, and the gauge says it until the file is good again.
public final class OverridesReloader implements Component {

  private static final Logger log = LoggerFactory.getLogger(OverridesReloader.class);

  private static final int MOST_TENANTS_LOGGED = 20;

  private final Path path;
  private final OverridesFile file;
  private final Expansion expansion;
  private final Overrides overrides;
  private final Ticks ticks;
  private final InstantSource clock;
  private final OverridesMetrics metrics;
  private final Thread reloader = Threads.forever("overrides-reloader", this::round);

  /// What was read last, good or not. Written by `start`, then by the thread.
  private String lastText = "";

  /// Why the last reading failed; empty when it did not. Written as `lastText`.
  private String lastFailure = "";

  /// Puts the environment into the text of the file.
  @FunctionalInterface
  public interface Expansion {
    String of(String name, String text) throws ConfigException;
  }

  public OverridesReloader(
      Path path,
      OverridesFile file,
      Expansion expansion,
      Overrides overrides,
      Ticks ticks,
      InstantSource clock,
      OverridesMetrics metrics) {
    this.path = path;
    this.file = file;
    this.expansion = expansion;
    this.overrides = overrides;
    this.ticks = ticks;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// @throws IOException naming the key, the file and what is wrong with it
  @Override
  public void start() throws IOException {
    try {
      load(read());
    } catch (IOException | ConfigException unusable) {
      throw new IOException("overrides.per_tenant_override_config: " + reason(unusable), unusable);
    }
    reloader.start();
  }

  @Override
  public void close() {
    Threads.stop(reloader);
  }

  private void round() throws InterruptedException {
    ticks.awaitNext();
    reload();
  }

  /// Reads the file once more.
  void reload() {
    try {
      String text = read();
      if (text.equals(lastText) && lastFailure.isEmpty()) {
        metrics.unchanged(now());
      } else {
        load(text);
      }
    } catch (IOException | ConfigException unusable) {
      failed(reason(unusable));
    }
  }

  private void failed(String reason) {
    metrics.loadFailed();
    if (!reason.equals(lastFailure)) {
      lastFailure = reason;
      log.error(
          "the limits of tenants stay as they are, since their file cannot be used: {}", reason);
    }
  }

  private String read() throws IOException {
    return Files.readString(path);
  }

  private void load(String text) throws ConfigException {
    String name = path.toString();
    PerTenantLimits loaded = file.parse(name, expansion.of(name, text));
    PerTenantLimits before = overrides.perTenant();
    overrides.replace(loaded);
    metrics.loaded(loaded, now());
    lastText = text;
    lastFailure = "";
    loaded.warnings().forEach(log::warn);
    logChanges(before, loaded);
  }

  private double now() {
    return clock.instant().toEpochMilli() / 1000.0;
  }

  private static String reason(Exception unusable) {
    return switch (unusable) {
      case NoSuchFileException missing -> "no such file: " + missing.getMessage();
      case CharacterCodingException _ -> "not UTF-8";
      default -> String.valueOf(unusable.getMessage());
    };
  }

  private void logChanges(PerTenantLimits before, PerTenantLimits after) {
    TreeSet<String> tenants = new TreeSet<>(before.entries().keySet());
    tenants.addAll(after.entries().keySet());
    int changed = 0;
    for (String tenant : tenants) {
      List<String> changes = changes(limits(before, tenant), limits(after, tenant));
      if (!changes.isEmpty() && ++changed <= MOST_TENANTS_LOGGED) {
        log.info("limits of tenant {} changed: {}", tenant, String.join(", ", changes));
      }
    }
    if (changed > MOST_TENANTS_LOGGED) {
      log.info("limits of {} more tenants changed", changed - MOST_TENANTS_LOGGED);
    }
  }

  private Map<String, String> limits(PerTenantLimits file, String tenant) {
    TenantEntry entry = file.entries().get(tenant);
    return LimitTexts.of(entry == null ? overrides.defaults() : entry.limits());
  }

  private static List<String> changes(Map<String, String> before, Map<String, String> after) {
    List<String> changes = new ArrayList<>();
    after.forEach((path, value) -> {
      String old = before.getOrDefault(path, "");
      if (!value.equals(old)) {
        changes.add("%s %s -> %s".formatted(path, old, value));
      }
    });
    return changes;
  }
}
