package dev.spoor.access;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.model.Tenant;
import dev.spoor.platform.config.Key;
import dev.spoor.platform.config.Secret;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The `access` section: who may send, ask and administer. Spoor's own; Tempo has none.
///
/// @param enabled whether a request needs an identity
/// @param admin who reaches `/flush`, `/shutdown` and the limits of tenants
/// @param ready who reaches `/ready` and health checks
/// @param metrics who reaches `/metrics`
/// @param status who reaches `/status` and its pages
/// @param reloadInterval how often the files of tokens are looked at for changes
/// @param tokens identities that send `Authorization: Bearer …`
/// @param certificates identities with a client certificate, on ports that verify those
public record AccessConfig(
    boolean enabled,
    Policy admin,
    Policy ready,
    Policy metrics,
    Policy status,
    Duration reloadInterval,
    List<Token> tokens,
    List<Certificate> certificates) {

  public static final AccessConfig DEFAULTS =
      new AccessConfig(
          false,
          Policy.USUAL,
          Policy.USUAL,
          Policy.USUAL,
          Policy.USUAL,
          Duration.ofMinutes(1),
          List.of(),
          List.of());

  /// In a list of tenants: all of them.
  static final String ANY_TENANT = "*";

  public AccessConfig {
    tokens = List.copyOf(tokens);
    certificates = List.copyOf(certificates);
    require(enabled || admin != Policy.TOKEN, "admin", "needs access.enabled for token");
    require(enabled || ready != Policy.TOKEN, "ready", "needs access.enabled for token");
    require(enabled || metrics != Policy.TOKEN, "metrics", "needs access.enabled for token");
    require(enabled || status != Policy.TOKEN, "status", "needs access.enabled for token");
    require(reloadInterval.isPositive(), "reload_interval", "must be positive");
    require(
        !enabled || !tokens.isEmpty() || !certificates.isEmpty(),
        "enabled",
        "needs tokens or certificates: without them nobody gets in");
    Set<String> names = new HashSet<>();
    boolean allNew =
        Stream.concat(
                tokens.stream().map(Token::name), certificates.stream().map(Certificate::name))
            .filter(name -> !name.isEmpty())
            .allMatch(names::add);
    require(allNew, "tokens", "and certificates must have names that differ");
  }

  /// With tenants every identity has to say for which it may act; without them none may.
  ///
  /// @throws dev.spoor.platform.config.InvalidValueException naming the list
  public void requireTenants(boolean multitenancy) {
    tokens.forEach(token -> requireTenants("access.tokens", token.tenants(), multitenancy));
    certificates.forEach(
        each -> requireTenants("access.certificates", each.tenants(), multitenancy));
  }

  private static void requireTenants(String key, List<String> tenants, boolean multitenancy) {
    boolean all = tenants.equals(List.of(ANY_TENANT));
    require(
        multitenancy || all || tenants.isEmpty(),
        key,
        "may name tenants with multitenancy_enabled");
    require(
        !multitenancy || !tenants.isEmpty(),
        key,
        "must name tenants each, or \"*\", since multitenancy_enabled is set");
  }

  /// Who reaches a path that is for operators.
  public enum Policy {
    /// As the section says for it: `admin` and `status` as `TOKEN`, the others as `OPEN`; and all
    /// as `OPEN` without `access.enabled`.
    @Key("")
    USUAL,
    /// Everybody.
    OPEN,
    /// Every identity; for `admin` those that may administer.
    TOKEN,
    /// Nobody.
    DISABLED
  }

  /// Somebody with a token. Just one of `token`, `tokenFile` and `tokenEnv` is given.
  ///
  /// @param name for messages
  /// @param tokenFile a file with one token a line, all of them good: for changing from one to the
  ///   next
  /// @param tokenEnv the name of an environment variable
  /// @param tenants `*` for all; only with `multitenancy_enabled`
  public record Token(
      String name,
      @Secret String token,
      String tokenFile,
      String tokenEnv,
      List<String> tenants,
      List<Verb> verbs) {

    /// What an entry of the file starts from; as it is, [Access] refuses it.
    public static final Token DEFAULTS = new Token("", "", "", "", List.of(), List.of());

    public Token {
      tenants = List.copyOf(tenants);
      verbs = List.copyOf(verbs);
      long sources = Stream.of(token, tokenFile, tokenEnv).filter(text -> !text.isEmpty()).count();
      if (sources > 0 || !name.isEmpty() || !verbs.isEmpty() || !tenants.isEmpty()) {
        requireIdentity(name, tenants, verbs);
        require(sources == 1, "token", "or token_file or token_env is needed, one of them");
      }
    }

    /// Without the token.
    @Override
    public String toString() {
      return "token of " + name;
    }
  }

  /// Somebody with a certificate. What is given of the two names has to be in the certificate.
  ///
  /// @param name for messages
  /// @param san a subject alternative name, such as `spiffe://prod/gateway` or `gateway.prod`
  /// @param commonName of the subject
  /// @param tenants `*` for all; only with `multitenancy_enabled`
  public record Certificate(
      String name, String san, String commonName, List<String> tenants, List<Verb> verbs) {

    /// What an entry of the file starts from; as it is, [Access] refuses it.
    public static final Certificate DEFAULTS = new Certificate("", "", "", List.of(), List.of());

    public Certificate {
      tenants = List.copyOf(tenants);
      verbs = List.copyOf(verbs);
      boolean isNamed = !(san + commonName).isEmpty();
      if (isNamed || !name.isEmpty() || !verbs.isEmpty() || !tenants.isEmpty()) {
        requireIdentity(name, tenants, verbs);
        require(isNamed, "san", "or common_name is needed");
      }
    }
  }

  private static void requireIdentity(String name, List<String> tenants, List<Verb> verbs) {
    require(!name.isBlank(), "name", "is needed");
    require(!verbs.isEmpty(), "verbs", "must name write, read or admin");
    require(
        !tenants.contains(ANY_TENANT) || tenants.size() == 1,
        "tenants",
        "are * or names, not both");
    for (String tenant : tenants) {
      require(
          tenant.equals(ANY_TENANT) || Tenant.isValid(tenant),
          "tenants",
          "must be names of tenants");
    }
  }
}
