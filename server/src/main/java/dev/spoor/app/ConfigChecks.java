package dev.spoor.app;

import dev.spoor.access.AccessConfig;
import dev.spoor.listener.TlsSettings;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.platform.config.AcceptedSettings;
import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.storage.StorageConfig;
import dev.spoor.storage.StorageConfig.Backend;
import dev.spoor.storage.objectstore.S3Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What works, but probably not as meant: all that can be told from the configuration alone.
final class ConfigChecks {

  private static final String COMPACTION = "compactor.compaction.";
  private static final String CLIENT = "overrides.user_configurable_overrides.client.";
  private static final long SMALLEST_MULTIPART = 5L << 20;
  private static final int SHORT_TOKEN = 16;

  private final SpoorConfig config;
  private final StorageConfig.Trace trace;
  private final AcceptedSettings accepted;
  private final List<ConfigWarning> found = new ArrayList<>();

  private ConfigChecks(SpoorConfig config, AcceptedSettings accepted) {
    this.config = config;
    this.trace = config.storage().trace();
    this.accepted = accepted;
  }

  static List<ConfigWarning> of(SpoorConfig config, AcceptedSettings accepted) {
    ConfigChecks checks = new ConfigChecks(config, accepted);
    checks.asTempo();
    checks.beyondTempo();
    return List.copyOf(checks.found);
  }

  /// Why a process with this configuration cannot start; empty when it can.
  static Optional<String> cannotStart(SpoorConfig config) {
    return withoutStore(config.storage().trace())
        .or(() -> withoutOverridesStore(config.overrides().userConfigurableOverrides()));
  }

  private static Optional<String> withoutOverridesStore(OverridesConfig.UserConfigurable own) {
    OverridesConfig.Client client = own.client();
    boolean isUsable =
        switch (client.backend()) {
          case LOCAL -> !client.local().path().isEmpty();
          case S3 -> !client.s3().bucket().isEmpty();
          case UNSET, GCS, AZURE -> false;
        };
    return own.enabled() && !isUsable
        ? Optional.of(CLIENT + "backend has to be local with a local.path, or s3 with an s3.bucket")
        : Optional.empty();
  }

  private static Optional<String> withoutStore(StorageConfig.Trace trace) {
    return switch (trace.backend()) {
      case UNSET ->
          Optional.of(
              "storage.trace.backend is empty; it names where blocks are kept: local or s3");
      case LOCAL ->
          trace.local().path().isEmpty()
              ? Optional.of("storage.trace.local.path is empty; the local backend needs a folder")
              : Optional.empty();
      case S3 ->
          trace.s3().bucket().isEmpty()
              ? Optional.of("storage.trace.s3.bucket is empty; the s3 backend needs a bucket")
              : Optional.empty();
      case GCS, AZURE ->
          Optional.of("storage.trace.backend names a store that is not supported yet");
    };
  }

  private void asTempo() {
    Duration poll = trace.blocklistPoll();
    warnIf(
        config.ingester().completeBlockTimeout().compareTo(poll) < 0,
        "ingester.complete_block_timeout",
        "is shorter than storage.trace.blocklist_poll: between flush and poll a trace may not be"
            + " found");
    warnIf(
        config.compactor().compaction().blockRetention().compareTo(poll) < 0,
        COMPACTION + "block_retention",
        "is shorter than storage.trace.blocklist_poll: blocks that are gone will be read");
    warnIf(
        config.compactor().compaction().retentionConcurrency() == 0,
        COMPACTION + "retention_concurrency",
        "is 0: the default of 10 is used");
    warnIf(
        trace.blocklistPollConcurrency() == 0,
        "storage.trace.blocklist_poll_concurrency",
        "is 0: the default of 50 is used");
    warnIf(
        trace.backend() == Backend.S3
            && accepted.wholeNumber(COMPACTION + "v2_out_buffer_bytes") < SMALLEST_MULTIPART,
        COMPACTION + "v2_out_buffer_bytes",
        "is below 5 MiB, the least part of an upload to S3");
    warnIf(
        config.distributor().settings().logReceivedSpans().enabled(),
        "distributor.log_received_spans.enabled",
        "is meant for debugging only: every span becomes a line in the log");
    warnIf(
        config.distributor().settings().logDiscardedSpans().enabled(),
        "distributor.log_discarded_spans.enabled",
        "is meant for debugging only: every refused span becomes a line in the log");
    warnIf(
        trace.backend() == Backend.LOCAL && !config.target().equals("all"),
        "storage.trace.backend",
        "is local, but the target is "
            + config.target()
            + ": unless the processes share the disk,"
            + " queries miss blocks");
    warnIf(
        accepted.flag("query_frontend.mcp_server.enabled"),
        "query_frontend.mcp_server.enabled",
        "lets a language model read the traces");
    accepted.paths().stream().sorted().filter(this::isOldFormat).forEach(this::warnOfOldFormat);
    warnIf(
        sharesStoreWithOverrides(),
        "overrides.user_configurable_overrides.client",
        "shares its place with storage.trace: they would read each other's objects");
    warnIf(
        accepted.flag("storage.trace.s3.native_aws_auth_enabled"),
        "storage.trace.s3.native_aws_auth_enabled",
        "is ignored: credentials are always looked for in the usual places");
    warnIf(
        !accepted.text("storage.trace.cache").isEmpty(),
        "storage.trace.cache",
        "is deprecated: cache is its place");
    warnIf(
        config.queryFrontend().traceById().concurrentShards()
            > config.queryFrontend().traceById().queryShards(),
        "query_frontend.trace_by_id.concurrent_shards",
        "is more than query_shards, and lowered to it");
  }

  private boolean isOldFormat(String path) {
    boolean ofBlocks =
        path.startsWith("storage.trace.block.v2_") || path.startsWith(COMPACTION + "v2_");
    return ofBlocks && !accepted.isDefault(path);
  }

  private void warnOfOldFormat(String path) {
    warnIf(true, path, "is set, but blocks are not of the version v2: it has no effect");
  }

  private boolean sharesStoreWithOverrides() {
    OverridesConfig.UserConfigurable own = config.overrides().userConfigurableOverrides();
    OverridesConfig.Client client = own.client();
    return own.enabled()
        && switch (client.backend()) {
          case LOCAL ->
              trace.backend() == Backend.LOCAL
                  && client.local().path().equals(trace.local().path());
          case S3 ->
              trace.backend() == Backend.S3
                  && client.s3().bucket().equals(trace.s3().bucket())
                  && client.s3().prefix().equals(trace.s3().prefix());
          case UNSET, GCS, AZURE -> false;
        };
  }

  private boolean takesDatagrams() {
    return config
        .receivers()
        .jaeger()
        .map(receiver -> receiver.protocols())
        .filter(all -> all.thriftCompact().isPresent() || all.thriftBinary().isPresent())
        .isPresent();
  }

  private void beyondTempo() {
    encryption();
    access();
    hintIf(
        config.multitenancyEnabled() && takesDatagrams(),
        "multitenancy_enabled",
        "is set, but Jaeger's UDP protocols (thrift_compact, thrift_binary) can't name a tenant: all"
            + " their datagrams are dropped");
    hintIf(config.authEnabled(), "auth_enabled", "is the old name of multitenancy_enabled");
    hintIf(
        trace.backend() == Backend.LOCAL && nested(trace.local().path(), trace.wal().path()),
        "storage.trace.wal.path",
        "and storage.trace.local.path lie in each other: keep log and blocks apart");
    hintIf(
        config.target().equals("all")
            && accepted.wholeNumber("ingester.lifecycler.ring.replication_factor") > 1,
        "ingester.lifecycler.ring.replication_factor",
        "is more than 1, but a single process (target all) keeps one copy");
    hintIf(
        !config.ingester().wal().enabled(),
        "ingester.wal.enabled",
        "is false: spans are acknowledged from memory, and a crash loses the last seconds of them");
    hintIf(
        !config.ingester().wal().recover(),
        "ingester.wal.recover",
        "is false: what a crash leaves in the log is not found, and is kept in the folder unread"
            + " beside it until a start with it on");
    String tokens = config.ingester().lifecycler().tokensFilePath();
    hintIf(
        !tokens.isEmpty() && !sameVolume(tokens),
        "ingester.lifecycler.tokens_file_path",
        "lies outside the folder around storage.trace.wal.path: log and tokens should survive"
            + " together");
    hintIf(
        config
                .compactor()
                .compaction()
                .compactedBlockRetention()
                .compareTo(trace.blocklistPoll().multipliedBy(2))
            < 0,
        COMPACTION + "compacted_block_retention",
        "is less than twice storage.trace.blocklist_poll: other processes will read blocks that are"
            + " gone");
    S3Config s3 = trace.s3();
    hintIf(
        trace.backend() == Backend.S3 && s3.accessKey().isEmpty() != s3.secretKey().isEmpty(),
        "storage.trace.s3.access_key",
        "and secret_key are needed together; one alone is not used");
  }

  private void encryption() {
    String min = config.server().tlsMinVersion();
    hintIf(
        min.equals("VersionTLS10") || min.equals("VersionTLS11"),
        "server.tls_min_version",
        "is below TLS 1.2, which is the oldest that is offered");
  }

  private void access() {
    AccessConfig access = config.access();
    List<TlsSettings> encrypted = ConfigFiles.encryptedPorts(config);
    hintIf(
        access.enabled() && !access.tokens().isEmpty() && config.server().httpTls().isEmpty(),
        "access.tokens",
        "are set, but the HTTP port is in plain: tokens can be read on the way, unless something in"
            + " front of it speaks TLS");
    hintIf(
        access.enabled()
            && !access.certificates().isEmpty()
            && encrypted.stream().noneMatch(TlsSettings::verifiesClients),
        "access.certificates",
        "are set, but no port verifies client certificates (client_ca_file)");
    hintIf(
        access.tokens().stream()
            .anyMatch(each -> !each.token().isEmpty() && each.token().length() < SHORT_TOKEN),
        "access.tokens",
        "holds a token of less than %d characters, which can be guessed".formatted(SHORT_TOKEN));
    hintIf(
        access.enabled() && takesDatagrams(),
        "access.enabled",
        "is set, but Jaeger's UDP protocols (thrift_compact, thrift_binary) carry no identity: all"
            + " their datagrams are dropped");
    hintIf(
        !access.enabled() && !(access.tokens().isEmpty() && access.certificates().isEmpty()),
        "access.enabled",
        "is not set: nobody is asked for a token or a certificate");
  }

  /// Whether the folders are the same, or one holds the other.
  private static boolean nested(String left, String right) {
    Path one = Path.of(left).toAbsolutePath().normalize();
    Path other = Path.of(right).toAbsolutePath().normalize();
    return one.startsWith(other) || other.startsWith(one);
  }

  /// Whether a file lies below the folder that holds the log's folder: as near as names can tell.
  private boolean sameVolume(String file) {
    Path wal = Path.of(trace.wal().path()).toAbsolutePath().normalize();
    Path volume = wal.getParent() == null ? wal : wal.getParent();
    return Path.of(file).toAbsolutePath().normalize().startsWith(volume);
  }

  private void warnIf(boolean holds, String key, String consequence) {
    if (holds) {
      found.add(ConfigWarning.warning(key, key + " " + consequence));
    }
  }

  private void hintIf(boolean holds, String key, String consequence) {
    if (holds) {
      found.add(ConfigWarning.hint(key, key + " " + consequence));
    }
  }
}
