package dev.spoor.app;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.access.AccessConfig;
import dev.spoor.compactor.CompactorConfig;
import dev.spoor.distributor.DistributorConfig;
import dev.spoor.frontend.QueryFrontendConfig;
import dev.spoor.ingester.IngesterConfig;
import dev.spoor.listener.ServerConfig;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.platform.config.Inline;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.receiver.ReceiversConfig;
import dev.spoor.storage.StorageConfig;
import java.time.Duration;

/// The whole configuration: what the file says, with the flags over it.
///
/// Only keys that have an effect are here; the others are read and checked too, see
/// `accepted-keys.txt` beside this class.
///
/// @param target name of what runs in this process
/// @param multitenancyEnabled whether a request has to name its tenant; also by the old name
/// @param authEnabled old name of `multitenancyEnabled`; turns it on as well
/// @param httpApiPrefix before the path of the query API; empty, or begins with a slash
/// @param streamOverHttpEnabled whether the port for HTTP serves gRPC queries too; unlike Tempo's,
///   on by default, since Grafana knows one address only
/// @param shutdownDelay between "not ready" and the stop itself
public record SpoorConfig(
    String target,
    boolean multitenancyEnabled,
    boolean authEnabled,
    String httpApiPrefix,
    boolean streamOverHttpEnabled,
    Duration shutdownDelay,
    ServerConfig server,
    DistributorSection distributor,
    IngesterConfig ingester,
    QuerierConfig querier,
    QueryFrontendConfig queryFrontend,
    StorageConfig storage,
    CompactorConfig compactor,
    OverridesConfig overrides,
    AccessConfig access) {

  /// What holds for keys that a file leaves out: the defaults of Tempo, but for
  /// `streamOverHttpEnabled`.
  public static final SpoorConfig DEFAULTS =
      new SpoorConfig(
          "all",
          false,
          false,
          "",
          true,
          Duration.ZERO,
          ServerConfig.DEFAULTS,
          DistributorSection.DEFAULTS,
          IngesterConfig.DEFAULTS,
          QuerierConfig.DEFAULTS,
          QueryFrontendConfig.DEFAULTS,
          StorageConfig.DEFAULTS,
          CompactorConfig.DEFAULTS,
          OverridesConfig.DEFAULTS,
          AccessConfig.DEFAULTS);

  public SpoorConfig {
    multitenancyEnabled = multitenancyEnabled || authEnabled;
    require(
        httpApiPrefix.isEmpty() || httpApiPrefix.startsWith("/"),
        "http_api_prefix",
        "must begin with a slash");
    require(!shutdownDelay.isNegative(), "shutdown_delay", "must not be negative");
    access.requireTenants(multitenancyEnabled);
  }

  /// What holds when no file is given: a process to try Spoor with, all its data below `spoor-data`
  /// in the current folder, and its internal port on localhost.
  public static SpoorConfig withoutFile() {
    StorageConfig.Trace trace =
        DEFAULTS.storage.trace().inFolders("./spoor-data/blocks", "./spoor-data/wal");
    return new SpoorConfig(
        DEFAULTS.target,
        DEFAULTS.multitenancyEnabled,
        DEFAULTS.authEnabled,
        DEFAULTS.httpApiPrefix,
        DEFAULTS.streamOverHttpEnabled,
        DEFAULTS.shutdownDelay,
        DEFAULTS.server.withGrpcListenAddress("localhost"),
        DEFAULTS.distributor,
        DEFAULTS.ingester,
        DEFAULTS.querier,
        DEFAULTS.queryFrontend,
        new StorageConfig(trace),
        DEFAULTS.compactor,
        DEFAULTS.overrides,
        DEFAULTS.access);
  }

  public ReceiversConfig receivers() {
    return distributor.receivers();
  }

  /// The `distributor` section, which holds the receivers too.
  public record DistributorSection(ReceiversConfig receivers, @Inline DistributorConfig settings) {

    public static final DistributorSection DEFAULTS =
        new DistributorSection(ReceiversConfig.DEFAULTS, DistributorConfig.DEFAULTS);
  }
}
