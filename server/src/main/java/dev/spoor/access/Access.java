package dev.spoor.access;

import dev.spoor.access.AccessConfig.Policy;
import dev.spoor.listener.Gate;
import dev.spoor.listener.PeerCertificate;
import dev.spoor.listener.Purpose;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.platform.threads.Ticks;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gate of all ports: identities by bearer token or client certificate, their verbs and
/// tenants, and what is open or closed whoever asks.
///
/// A token wins over a certificate: who sends one is somebody or nobody. Tokens are in no message
/// and no log line, right or wrong.
public final class Access implements Gate, Component {

  private static final Logger log = LoggerFactory.getLogger(Access.class);

  private static final String SCHEME = "Bearer ";
  private static final long COMPLAINT_NANOS = 60_000_000_000L;

  private final AccessConfig config;
  private final boolean multitenancy;
  private final TokenSources sources;
  private final AccessMetrics metrics;
  private final CertificateTable certificates;
  private final Thread reloader;
  private final AtomicLong lastComplaint = new AtomicLong(System.nanoTime() - COMPLAINT_NANOS);

  /// Written by the constructor and by the reloader.
  private volatile Tokens tokens;

  /// What was said of the last failed reload; the reloader alone reads and writes it.
  private String lastFailure = "";

  private record Tokens(Map<String, Identity> read, TokenTable table) {

    static Tokens of(Map<String, Identity> read) {
      return new Tokens(read, new TokenTable(read));
    }

    /// Without the tokens.
    @Override
    public String toString() {
      return read.size() + " tokens";
    }
  }

  /// @param multitenancy whether requests name tenants
  /// @param environment the value of an environment variable; null when it is unset
  /// @throws AccessConfigException when a token can't be read
  public Access(
      AccessConfig config,
      boolean multitenancy,
      UnaryOperator<@Nullable String> environment,
      Ticks ticks,
      AccessMetrics metrics)
      throws AccessConfigException {
    requireWhole(config);
    this.config = config;
    this.multitenancy = multitenancy;
    this.sources = new TokenSources(config.tokens(), environment);
    this.metrics = metrics;
    this.tokens = Tokens.of(config.enabled() ? sources.read() : Map.of());
    this.certificates = new CertificateTable(config.certificates());
    this.reloader =
        Threads.forever(
            "access-tokens",
            () -> {
              ticks.awaitNext();
              reload();
            });
  }

  /// Whether the gate ever asks anybody anything; a port need not ask a gate that does not.
  public boolean isOpen() {
    return !config.enabled()
        && List.of(config.admin(), config.ready(), config.metrics(), config.status()).stream()
            .noneMatch(policy -> policy == Policy.DISABLED);
  }

  /// Reads all tokens once, as the start will.
  ///
  /// @throws AccessConfigException naming the key of what can't be used
  public static void check(AccessConfig config, UnaryOperator<@Nullable String> environment)
      throws AccessConfigException {
    requireWhole(config);
    if (config.enabled()) {
      new TokenSources(config.tokens(), environment).read();
    }
  }

  private static void requireWhole(AccessConfig config) throws AccessConfigException {
    int token = config.tokens().indexOf(AccessConfig.Token.DEFAULTS);
    int certificate = config.certificates().indexOf(AccessConfig.Certificate.DEFAULTS);
    if (token >= 0 || certificate >= 0) {
      throw new AccessConfigException(
          token >= 0
              ? "access.tokens[%d]".formatted(token)
              : "access.certificates[%d]".formatted(certificate),
          "must not be empty",
          null);
    }
  }

  @Override
  public void start() {
    if (config.enabled()) {
      reloader.start();
    }
  }

  @Override
  public void close() {
    Threads.stop(reloader);
  }

  /// Takes the tokens as they are now. What can't be read changes nothing.
  void reload() {
    Map<String, Identity> next;
    try {
      next = sources.read();
    } catch (AccessConfigException unusable) {
      metrics.reloadFailed();
      String failure = String.valueOf(unusable.getMessage());
      if (!failure.equals(lastFailure)) {
        lastFailure = failure;
        log.error("tokens can't be read again, the old ones stay in use: {}", failure);
      }
      return;
    }
    lastFailure = "";
    if (!next.equals(tokens.read())) {
      tokens = Tokens.of(next);
      metrics.reloaded();
      log.info("changed tokens taken; there are {} now", next.size());
    }
  }

  @Override
  public Optional<String> admit(Purpose purpose, Caller caller) {
    try {
      return switch (policyOf(purpose)) {
        case OPEN -> Optional.empty();
        case DISABLED -> throw denied("this path is closed off (see access in the configuration)");
        case TOKEN, USUAL -> admitKnown(purpose, caller);
      };
    } catch (ServiceException refusal) {
      complain(purpose, caller, refusal);
      throw refusal;
    }
  }

  private Optional<String> admitKnown(Purpose purpose, Caller caller) {
    Identity identity = identityOf(caller);
    if (multitenancy && isAboutAll(purpose) && !identity.anyTenant()) {
      throw denied(
          "%s may act for some tenants, and this is about all of them".formatted(identity.name()));
    }
    Verb verb = verbOf(purpose);
    if (verb == null) {
      return Optional.empty();
    }
    if (!identity.may(verb)) {
      throw denied(
          "%s may not %s, only: %s".formatted(identity.name(), wordOf(verb), identity.verbList()));
    }
    return multitenancy && purpose != Purpose.PROCESS
        ? tenantOf(purpose, identity, caller.tenant())
        : Optional.empty();
  }

  /// Whether it is about all tenants, and so for those who may act for all of them.
  private static boolean isAboutAll(Purpose purpose) {
    return switch (purpose) {
      case PROCESS, STATUS -> true;
      case WRITE, READ, ADMIN, LIMITS, READY, METRICS -> false;
    };
  }

  private Policy policyOf(Purpose purpose) {
    return switch (purpose) {
      case WRITE, READ -> config.enabled() ? Policy.TOKEN : Policy.OPEN;
      case ADMIN, PROCESS -> orUsual(config.admin(), Policy.TOKEN);
      case LIMITS -> config.admin() == Policy.DISABLED ? Policy.DISABLED : policyOf(Purpose.READ);
      case STATUS -> orUsual(config.status(), Policy.TOKEN);
      case READY -> orUsual(config.ready(), Policy.OPEN);
      case METRICS -> orUsual(config.metrics(), Policy.OPEN);
    };
  }

  private Policy orUsual(Policy chosen, Policy usual) {
    if (chosen != Policy.USUAL) {
      return chosen;
    }
    return config.enabled() ? usual : Policy.OPEN;
  }

  /// Null for what every identity may.
  private static @Nullable Verb verbOf(Purpose purpose) {
    return switch (purpose) {
      case WRITE -> Verb.WRITE;
      case READ, LIMITS -> Verb.READ;
      case ADMIN, PROCESS -> Verb.ADMIN;
      case READY, METRICS, STATUS -> null;
    };
  }

  private static String wordOf(Verb verb) {
    return switch (verb) {
      case WRITE -> "write";
      case READ -> "read";
      case ADMIN -> "administer";
    };
  }

  private Identity identityOf(Caller caller) {
    String authorization = caller.authorization();
    if (authorization != null) {
      return ofToken(authorization);
    }
    PeerCertificate peer = caller.certificate();
    if (peer == null) {
      throw unknown(
          "no credentials: send \"Authorization: Bearer <token>\""
              + (certificates.isEmpty() ? "" : " or a client certificate"));
    }
    Identity identity = certificates.find(peer);
    if (identity == null) {
      throw unknown("nobody is known by this client certificate: " + peer);
    }
    return identity;
  }

  private Identity ofToken(String authorization) {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unknown("the header Authorization must be \"Bearer <token>\"");
    }
    Identity identity = tokens.table().find(authorization.substring(SCHEME.length()).strip());
    if (identity == null) {
      throw unknown("nobody is known by this token");
    }
    return identity;
  }

  private static Optional<String> tenantOf(
      Purpose purpose, Identity identity, @Nullable String named) {
    if (named == null || named.isEmpty()) {
      return identity.onlyTenant().isEmpty()
          ? Optional.empty()
          : Optional.of(identity.onlyTenant());
    }
    // A query may name several at once.
    if (purpose == Purpose.READ && named.indexOf('|') >= 0) {
      for (String tenant : named.split("\\|", -1)) {
        requireTenant(identity, tenant);
      }
    } else {
      requireTenant(identity, named);
    }
    return Optional.empty();
  }

  private static void requireTenant(Identity identity, String tenant) {
    if (!identity.mayFor(tenant)) {
      throw denied("%s may do nothing for tenant \"%s\"".formatted(identity.name(), tenant));
    }
  }

  private void complain(Purpose purpose, Caller caller, ServiceException refusal) {
    metrics.refused(purpose, refusal.kind().name().toLowerCase(Locale.ROOT));
    long now = System.nanoTime();
    long last = lastComplaint.get();
    if (now - last >= COMPLAINT_NANOS && lastComplaint.compareAndSet(last, now)) {
      log.warn(
          "not let in: {} (tenant {}; said once a minute at most, counted in"
              + " spoor_access_refused_total)",
          refusal.getMessage(),
          caller.tenant() == null ? "not named" : caller.tenant());
    }
  }

  private static ServiceException unknown(String message) {
    return new ServiceException(ErrorKind.UNAUTHENTICATED, message);
  }

  private static ServiceException denied(String message) {
    return new ServiceException(ErrorKind.PERMISSION_DENIED, message);
  }
}
