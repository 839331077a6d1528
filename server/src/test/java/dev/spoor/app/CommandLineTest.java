package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.spoor.listener.ServerConfig.LogLevel;
import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.receiver.ReceiversConfig.OtlpGrpc;
import dev.spoor.storage.StorageConfig.Backend;
import dev.spoor.storage.wal.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  private static final String CLEAN =
      """
      storage:
        trace:
          backend: local
          local: {path: /var/tempo/blocks}
      """;

  @TempDir private Path folder;

  @Test
  void withoutAFileItIsAProcessToTryOut() {
    SpoorConfig config = run().config();

    assertThat(config.storage().trace().backend()).isEqualTo(Backend.LOCAL);
    assertThat(config.storage().trace().local().path()).isEqualTo("./spoor-data/blocks");
    assertThat(config.storage().trace().wal().path()).isEqualTo("./spoor-data/wal");
    assertThat(config.server().httpListenPort()).isEqualTo(3200);
    assertThat(config.server().grpcListenAddress()).isEqualTo("localhost");
    assertThat(config.receivers().otlpGrpc().orElseThrow().endpoint()).isEqualTo("localhost:4317");
    assertThat(config.receivers().otlpHttp().orElseThrow().endpoint()).isEqualTo("localhost:4318");
  }

  @Test
  void withAFileTheDefaultsAreTempos() throws IOException {
    SpoorConfig config = run(file(CLEAN)).config();

    assertThat(config.storage().trace().wal().path()).isEqualTo("/var/tempo/wal");
    assertThat(config.server().grpcListenAddress()).isEmpty();
    assertThat(config.ingester()).isEqualTo(SpoorConfig.DEFAULTS.ingester());
  }

  @Test
  void aFlagWinsOverTheFileAndTheFileOverTheDefault() throws IOException {
    String file = file(CLEAN + "ingester: {trace_idle_period: 7s, max_block_bytes: 5000000}\n");

    SpoorConfig config = run(file, "-ingester.trace-idle-period=9s").config();

    assertThat(config.ingester().traceIdlePeriod()).isEqualTo(Duration.ofSeconds(9));
    assertThat(config.ingester().maxBlockBytes()).isEqualTo(5_000_000);
    assertThat(config.ingester().traceLivePeriod()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void everyFlagOfTheOldIngesterIsHonoured() {
    LoadedConfig loaded =
        run(
            "--ingester.wal-enabled=false",
            "--ingester.wal-dir",
            "/data/wal",
            "-ingester.checkpoint-duration=15m",
            "--ingester.recover-from-wal=false",
            "--ingester.tokens-file-path=/data/tokens",
            "--ingester.flush-on-shutdown-with-wal-enabled",
            "--ingester.checkpoint-enabled=true",
            "--flusher.wal-dir=/data/wal",
            "--log.level=debug");

    assertThat(loaded.config().ingester().wal().enabled()).isFalse();
    assertThat(loaded.config().ingester().wal().recover()).isFalse();
    assertThat(loaded.config().ingester().wal().sync()).isEqualTo(SyncMode.GROUP);
    assertThat(loaded.config().ingester().wal().checkpointDuration())
        .isEqualTo(Duration.ofMinutes(15));
    assertThat(loaded.config().ingester().flushAllOnShutdown()).isTrue();
    assertThat(loaded.config().storage().trace().wal().path()).isEqualTo("/data/wal");
    assertThat(loaded.config().server().logLevel()).isEqualTo(LogLevel.DEBUG);
    assertThat(loaded.config().ingester().lifecycler().tokensFilePath()).isEqualTo("/data/tokens");
    assertThat(texts(loaded))
        .anyMatch(text -> text.contains("-ingester.checkpoint-enabled is accepted"));
  }

  @Test
  void everyFlagWithAKeyMeetsAKeyThatIsKnown() {
    FlagSet flags = FlagSet.parse(Resources.text("flags.txt"));
    List<String> refused = new ArrayList<>();
    for (FlagSet.Flag flag : flags.flags()) {
      if (flag.hasKey()
          && new CommandLine(name -> null).parse("-" + flag.name() + "=" + sample(flag))
              instanceof Command.Exit exit
          && exit.stderr().contains("failed parsing config")) {
        refused.add(exit.stderr());
      }
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void anArgumentThatEndsTheFlagsIsWarnedOf() {
    LoadedConfig loaded = run("-multitenancy.enabled", "false", "-target=nonsense");

    assertThat(loaded.config().multitenancyEnabled()).isTrue();
    assertThat(texts(loaded))
        .containsExactly(
            "argument \"false\" is no flag: it and what follows it are not read (a boolean takes its"
                + " value after =)");
  }

  @Test
  void aValueThatAFlagGivesIsBlamedOnTheFlag() {
    Command.Exit exit = exit("-server.http-listen-port=70000");

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr())
        .isEqualTo(
            "failed parsing config: -server.http-listen-port: server.http_listen_port must be a"
                + " port, 0 to 65535\n");
  }

  @Test
  void anUnknownFlagGivesItsNameAndTheUsage() {
    Command.Exit exit = exit("-config.fil=x");

    assertThat(exit.code()).isEqualTo(2);
    assertThat(exit.stdout()).isEmpty();
    assertThat(exit.stderr())
        .startsWith("flag provided but not defined: -config.fil\nUsage of tempo:\n")
        .contains("  -config.file string\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "-help", "--help"})
  void helpIsOnStderrAndWell(String flag) {
    Command.Exit exit = exit(flag);

    assertThat(exit.code()).isZero();
    assertThat(exit.stderr())
        .startsWith("Usage of tempo:\n")
        .contains("  -server.http-listen-port int\n    \tHTTP port (default 3200)\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-version", "--version", "-version=true"})
  void theFirstLineOfTheVersionIsTempos(String flag) {
    Command.Exit exit = exit(flag);

    assertThat(exit.code()).isZero();
    assertThat(exit.stdout().lines().findFirst().orElseThrow())
        .matches("tempo, version 2\\.10\\.8 \\(branch: \\S+, revision: \\S+\\)");
    assertThat(exit.stdout()).contains("spoor version:").doesNotContain("${");
  }

  @Test
  void aBrokenFileIsFoundBeforeTheVersionIsPrinted() throws IOException {
    Command.Exit exit = exit(file("serve: {}"), "-version");

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr())
        .startsWith("failed parsing config: ")
        .contains(
            "tempo.yaml:1:1: field serve not found in the configuration; did you mean server?");
  }

  @Test
  void aMissingFileIsNamed() {
    Command.Exit exit = exit("-config.file=" + folder.resolve("none.yaml"));

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr())
        .startsWith("failed parsing config: cannot read " + folder.resolve("none.yaml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingester", "querier", "flusher", "scalable-single-binary", "live-store"})
  void aTargetThatIsNotThereYetSaysSo(String target) {
    Command.Exit exit = exit("-target=" + target);

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr())
        .isEqualTo(
            "error running Tempo: target " + target + " is not there yet; only all runs so far\n");
  }

  @Test
  void anUnknownTargetIsNamed() {
    assertThat(exit("-target=ingster").code()).isEqualTo(1);
    assertThat(exit("-target", "ingster").stderr()).contains("ingster");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backend: ''|storage.trace.backend is empty",
        "backend: local|storage.trace.local.path is empty",
        "backend: s3|storage.trace.s3.bucket is empty",
      })
  void whatCannotStartSaysWhy(String line, String reason) throws IOException {
    String file = file("storage: {trace: {" + line + "}}");

    assertThat(exit(file).code()).isEqualTo(1);
    assertThat(exit(file).stderr()).contains("error initialising Tempo: " + reason);
    assertThat(exit(file, "-config.verify").code()).isEqualTo(1);
  }

  @Test
  void aStoreThatIsNotSupportedYetIsNamed() throws IOException {
    assertThat(exit(file("storage:\n  trace:\n    backend: gcs\n")).stderr())
        .contains("tempo.yaml:3:14: storage.trace.backend names a store that is not supported yet");
  }

  @Test
  void variablesAreExpandedOnlyWhenAsked() throws IOException {
    String file = file(CLEAN + "server: {http_path_prefix: '/${NAME:-x}'}\n");

    assertThat(run(file).config().server().httpPathPrefix()).isEqualTo("/${NAME:-x}");
    assertThat(run(file, "-config.expand-env").config().server().httpPathPrefix())
        .isEqualTo("/shop");
    assertThat(run(file, "--config.expand-env=true").config().server().httpPathPrefix())
        .isEqualTo("/shop");
  }

  @Test
  void aCredentialThatWasNotExpandedIsWarnedOf() throws IOException {
    LoadedConfig loaded =
        run(file("storage: {trace: {backend: s3, s3: {bucket: b, secret_key: '${NAME}'}}}"));

    assertThat(texts(loaded))
        .contains(
            "storage.trace.s3.secret_key holds ${...}, which stays as it is without"
                + " -config.expand-env=true");
  }

  @Test
  void theOldNameOfTheTenantSwitchTurnsItOnToo() throws IOException {
    assertThat(run(file(CLEAN + "auth_enabled: true\n")).config().multitenancyEnabled()).isTrue();
    assertThat(run("-auth.enabled").config().multitenancyEnabled()).isTrue();
    assertThat(run().config().multitenancyEnabled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: {http_tls_config: {cert_file: c, key_file: k}}",
        "distributor: {receivers: {otlp: {protocols: {grpc: {tls: {cert_file: c, key_file: k}}}}}}",
        "distributor: {receivers: {otlp: {protocols: {http: {tls: {cert_file: c, key_file: k}}}}}}",
        "server: {grpc_tls_config: {cert_file: c, key_file: k}}",
      })
  void aPortThatShouldBeEncryptedIsNotOpenedInPlain(String lines) throws IOException {
    Command.Exit exit = exit(file(CLEAN + lines));

    assertThat(exit.code()).isEqualTo(1);
    int column = lines.indexOf("cert_file: c") + "cert_file: ".length() + 1;
    assertThat(exit.stderr())
        .contains("tempo.yaml:5:%d: ".formatted(column), ".cert_file: c: no such file");
    assertThat(exit(file(CLEAN + lines), "-check-config").code())
        .as("where a file is checked, its certificates need not be")
        .isZero();
  }

  @Test
  void anIdentityNeedsATokenThatCanBeReadAndTenantsWhereThereAreSome() throws IOException {
    String token = "access: {enabled: true, tokens: [{name: a, verbs: [write], %s}]}\n";

    assertThat(exit(file(CLEAN + token.formatted("token_env: NOT_SET"))).stderr())
        .contains("tempo.yaml:5:", "access.tokens[0].token_env: the environment variable NOT_SET");
    assertThat(exit(file(CLEAN + token.formatted("tenants: []"))).stderr())
        .contains("tempo.yaml:5:", "access.tokens[0].token or token_file or token_env is needed");
    assertThat(exit(file(CLEAN + token.formatted("token: t, tenants: [x]"))).stderr())
        .contains("tempo.yaml:5:", "access.tokens may name tenants with multitenancy_enabled");
    assertThat(
            exit(file(CLEAN + "multitenancy_enabled: true\n" + token.formatted("token: t")))
                .stderr())
        .contains("tempo.yaml:6:", "access.tokens must name tenants each");
    assertThat(exit(file(CLEAN + "access: {enabled: true, tokens: [{}]}")).stderr())
        .contains("tempo.yaml:5:34: access.tokens[0]: must not be empty");
  }

  @Test
  void bothSpellingsOfLimitsGiveTheSame() throws IOException {
    LoadedConfig scoped =
        run(
            file(
                CLEAN
                    + """
                    overrides:
                      defaults:
                        ingestion: {rate_limit_bytes: 5, max_traces_per_user: 6}
                        read: {max_search_duration: 1d}
                        global: {max_bytes_per_trace: 7}
                        metrics_generator:
                          processor: {span_metrics: {dimensions: [a]}}
                    """));
    LoadedConfig flat =
        run(
            file(
                CLEAN
                    + """
                    overrides:
                      ingestion_rate_limit_bytes: 5
                      max_traces_per_user: 6
                      max_search_duration: 1d
                      max_bytes_per_trace: 7
                      metrics_generator_processor_span_metrics_dimensions: [a]
                    """));

    assertThat(flat.config()).isEqualTo(scoped.config());
    assertThat(flat.toYaml()).isEqualTo(scoped.toYaml());
    assertThat(texts(flat)).anyMatch(text -> text.contains("deprecated"));
  }

  @Test
  void bothSpellingsAtOnceAreRefused() throws IOException {
    String file = file("overrides:\n  defaults: {}\n  max_traces_per_user: 6\n");

    assertThat(exit(file).stderr())
        .contains("tempo.yaml:2:3: overrides.defaults and the old spelling (max_traces_per_user)");
  }

  @Test
  void anOldFlatNameThatIsMisspeltIsRefused() throws IOException {
    assertThat(exit(file("overrides: {max_trace_per_user: 6}")).stderr())
        .contains("field max_trace_per_user not found in overrides");
  }

  @Test
  void aCleanFilePassesTheCheckAndNothingIsCreated() throws IOException {
    String file = file(CLEAN);

    assertThat(exit(file, "-config.verify")).isEqualTo(new Command.Exit(0, "", ""));
    assertThat(exit(file, "-check-config"))
        .isEqualTo(new Command.Exit(0, "configuration is valid\n", ""));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingester: {complete_block_timeout: 1m}",
        "compactor: {compaction: {block_retention: 1m}}",
        "compactor: {compaction: {retention_concurrency: 0}}",
        "storage: {trace: {backend: local, local: {path: /b}, blocklist_poll_concurrency: 0}}",
        "storage: {trace: {backend: s3, s3: {bucket: b}}}\ncompactor: {compaction: {v2_out_buffer_bytes: 1}}",
        "distributor: {log_received_spans: {enabled: true}}",
        "distributor: {log_discarded_spans: {enabled: true}}",
        "target: ingester",
        "query_frontend: {mcp_server: {enabled: true}}",
        "storage: {trace: {backend: local, local: {path: /b}, block: {v2_encoding: gzip}}}",
        "compactor: {compaction: {v2_prefetch_traces_count: 1}}",
        "overrides: {user_configurable_overrides: {enabled: true, client: {backend: local, local: {path: /var/tempo/blocks}}}}",
        "overrides: {max_traces_per_user: 5}",
        "storage: {trace: {backend: s3, s3: {bucket: b, native_aws_auth_enabled: true}}}",
        "storage: {trace: {backend: local, local: {path: /b}, cache: memcached}}",
        "query_frontend: {trace_by_id: {concurrent_shards: 51}}",
      })
  void theCheckFailsOnWhatTempoWarnsOf(String lines) throws IOException {
    Command.Exit exit = exit(file(withStore(lines)), "-config.verify");

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr()).startsWith("-- CONFIGURATION WARNINGS --\nwarning: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth_enabled: true",
        "ingester: {lifecycler: {ring: {replication_factor: 3}}}",
        "ingester: {lifecycler: {tokens_file_path: /elsewhere/tokens}}",
        "ingester: {replicas: 3}",
        "multitenancy_enabled: true\ndistributor: {receivers: {jaeger: {protocols: {thrift_compact: }}}}",
        "memberlist: {join_members: [a, b]}",
        "overrides: {defaults: {ingestion: {max_bytes_per_trace: 1}}}",
        "storage: {trace: {backend: local, local: {path: /d}, wal: {path: /d/wal}}}",
        "storage: {trace: {backend: s3, s3: {bucket: b, access_key: a}}}",
      })
  void theCheckPassesOnHintsUnlessItIsAsStrictAsTempo(String lines) throws IOException {
    String file = file(withStore(lines));

    Command.Exit exit = exit(file, "-config.verify");
    assertThat(exit.stderr()).contains("hint: ").doesNotContain("warning: ");
    assertThat(exit.code()).isZero();
    assertThat(exit(file, "-config.verify", "-config.strict=tempo").code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ingester: {replicas: 3}|field replicas not found in ingester",
        "ingester: {wal: {sync: none}}|field wal not found in ingester",
        "overrides: {defaults: {ingestion: {max_bytes_per_trace: 1}}}|field max_bytes_per_trace not found",
        "flusher: {}|field flusher not found",
      })
  void asStrictAsTempoRefusesWhatTempoDoesNotKnow(String lines, String message) throws IOException {
    String file = file(withStore(lines));

    assertThat(run(file)).isNotNull();
    assertThat(exit(file, "-config.strict=tempo").code()).isEqualTo(1);
    assertThat(exit(file, "-config.strict=tempo").stderr()).contains(message);
  }

  @Test
  void strictnessKnowsOnlyTempo() {
    assertThat(exit("-config.strict=loki").code()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("misspelt")
  void aMisspeltKeyIsNamedAtEveryLevel(String yaml, String message) throws IOException {
    Command.Exit exit = exit(file(yaml));

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr()).startsWith("failed parsing config: ").contains(message);
  }

  private static Stream<Arguments> misspelt() {
    return Stream.of(
        arguments("sever: {}", "field sever not found in the configuration; did you mean server?"),
        arguments(
            "ingester: {trace_idle_perod: 1s}",
            "field trace_idle_perod not found in ingester; did you mean trace_idle_period?"),
        arguments(
            "ingester: {lifecycler: {num_token: 1}}",
            "field num_token not found in ingester.lifecycler; did you mean num_tokens?"),
        arguments(
            "storage: {trace: {s3: {buket: b}}}",
            "field buket not found in storage.trace.s3; did you mean bucket?"),
        arguments(
            "storage: {trace: {s3: {sse: {typ: b}}}}",
            "field typ not found in storage.trace.s3.sse; did you mean type?"),
        arguments(
            "storage: {trace: {block: {parquet_dedicated_columns: [{nam: x}]}}}",
            "field nam not found in storage.trace.block.parquet_dedicated_columns[0]"),
        arguments(
            "distributor: {receivers: {otpl: {}}}",
            "field otpl not found in distributor.receivers; did you mean otlp?"),
        arguments(
            "distributor: {receivers: {otlp: {protocols: {grpc: {endpont: x}}}}}",
            "field endpont not found in distributor.receivers.otlp.protocols.grpc"),
        arguments(
            "distributor: {ring: {kvstore: {consul: {hots: x}}}}",
            "field hots not found in distributor.ring.kvstore.consul; did you mean host?"),
        arguments(
            "metrics_generator: {processor: {span_metrics: {intrinsic_dimensions: {servce: true}}}}",
            "field servce not found in"
                + " metrics_generator.processor.span_metrics.intrinsic_dimensions"),
        arguments(
            "overrides: {defaults: {read: {max_search_durations: 1d}}}",
            "field max_search_durations not found in overrides.defaults.read"));
  }

  @Test
  void receiversFollowThePresenceOfTheirKeys() throws IOException {
    SpoorConfig grpcOnly =
        run(file(CLEAN + "distributor: {receivers: {otlp: {protocols: {grpc: }}}}\n")).config();
    assertThat(grpcOnly.receivers().otlpGrpc()).contains(OtlpGrpc.DEFAULTS);
    assertThat(grpcOnly.receivers().otlpHttp()).isEmpty();

    LoadedConfig jaegerOnly =
        run(file(CLEAN + "distributor: {receivers: {jaeger: {protocols: {thrift_http: }}}}\n"));
    assertThat(jaegerOnly.config().receivers().otlpGrpc()).isEmpty();
    assertThat(jaegerOnly.config().receivers().jaegerThriftHttp()).isPresent();
    assertThat(jaegerOnly.config().receivers().jaegerGrpc()).isEmpty();

    assertThat(exit(file("distributor: {receivers: {otlp: }}")).stderr())
        .contains("distributor.receivers.otlp.protocols must name grpc or http");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runbook-limits", "runbook-flush-sooner", "runbook-rate-limits",
        "runbook-recommended-ingester", "runbook-persistence", "runbook-resources",
        "availability-storage"
      })
  void fragmentsFromTheWildLoad(String name) throws IOException {
    String fragment = Resources.text("fragments/" + name + ".yaml");
    String yaml = fragment.contains("storage:") ? fragment : fragment + CLEAN;

    Command.Exit exit = exit(file(yaml), "-config.verify");

    assertThat(exit.stderr()).doesNotContain("failed").doesNotContain("warning: ");
    assertThat(exit.code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "otlp: {protocols: {grpc: {auth: {authenticator: oidc}}}}",
        "otlp: {protocols: {http: {middlewares: [{id: guard}]}}}",
        "jaeger: {protocols: {thrift_http: {auth: {authenticator: oidc}}}}",
        "zipkin: {auth: {authenticator: oidc}}",
      })
  void aReceiverThatIsToAskAnExtensionOfTheCollectorDoesNotStart(String receiver)
      throws IOException {
    Command.Exit exit = exit(file(CLEAN + "distributor: {receivers: {" + receiver + "}}"));

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.stderr()).contains("of which there are none here", "distributor.receivers.");
  }

  @Test
  void aHelmValueInTheFileWarnsAndDoesNothing() throws IOException {
    LoadedConfig loaded =
        run(file(CLEAN + Resources.text("fragments/runbook-recommended-ingester.yaml")));

    assertThat(loaded.config().ingester().maxBlockBytes()).isEqualTo(1L << 30);
    assertThat(loaded.warnings()).hasSize(6);
    assertThat(texts(loaded)).allMatch(text -> text.contains("value of a Helm chart"));
  }

  @Test
  void theSeedAliasOfTheTraceLimitGivesWayToTheTrueKey() throws IOException {
    String alias = CLEAN + "overrides: {defaults: {ingestion: {max_bytes_per_trace: 1}%s}}\n";

    assertThat(maxBytesPerTrace(alias.formatted(""))).isEqualTo(1);
    assertThat(maxBytesPerTrace(alias.formatted(", global: {max_bytes_per_trace: 2}")))
        .isEqualTo(2);
  }

  @Test
  void secretsAreStarsOnEveryPage() throws IOException {
    LoadedConfig loaded =
        run(
            file(
                """
                storage:
                  trace:
                    backend: s3
                    s3: {bucket: b, access_key: id, secret_key: hush, session_token: hush,
                         sse: {encryption_key: hush}}
                cache: {caches: [{roles: [bloom], redis: {password: hush}}]}
                ingester: {lifecycler: {ring: {kvstore: {etcd: {password: hush}}}}}
                """));

    assertThat(loaded.toYaml()).doesNotContain("hush").contains("secret_key: '********'");
    assertThat(loaded.diffYaml()).doesNotContain("hush").contains("password: '********'");
  }

  private long maxBytesPerTrace(String yaml) throws IOException {
    return run(file(yaml)).config().overrides().defaults().global().maxBytesPerTrace();
  }

  private static String withStore(String lines) {
    return lines.startsWith("storage") ? lines : CLEAN + lines;
  }

  private static String sample(FlagSet.Flag flag) {
    return switch (flag.kind()) {
      case BOOL -> "true";
      case INT -> "8192";
      case FLOAT -> "1.1";
      case DURATION, PROMDURATION -> "31m";
      case STRING, STRINGS ->
          switch (flag.name()) {
            case "log.level" -> "warn";
            case "log.format" -> "json";
            case "distributor.rate-limit-strategy" -> "global";
            case "http-api-prefix" -> "/tempo";
            case "storage.trace.backend" -> "s3";
            case "storage.trace.s3.tls_min_version" -> "VersionTLS13";
            default -> "some";
          };
    };
  }

  private String file(String yaml) throws IOException {
    Path file = folder.resolve("tempo.yaml");
    Files.writeString(file, yaml);
    return "-config.file=" + file;
  }

  private static LoadedConfig run(String... arguments) {
    Command command = parse(arguments);
    assertThat(command).isInstanceOf(Command.Run.class);
    return ((Command.Run) command).loaded();
  }

  private static Command.Exit exit(String... arguments) {
    Command command = parse(arguments);
    assertThat(command).isInstanceOf(Command.Exit.class);
    return (Command.Exit) command;
  }

  private static Command parse(String... arguments) {
    return new CommandLine(Map.of("NAME", "shop")::get).parse(arguments);
  }

  private static List<String> texts(LoadedConfig loaded) {
    return loaded.warnings().stream().map(ConfigWarning::text).toList();
  }
}
