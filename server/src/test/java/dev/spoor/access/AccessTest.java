package dev.spoor.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spoor.access.AccessConfig.Certificate;
import dev.spoor.access.AccessConfig.Policy;
import dev.spoor.access.AccessConfig.Token;
import dev.spoor.listener.Gate.Caller;
import dev.spoor.listener.PeerCertificate;
import dev.spoor.listener.Purpose;
import dev.spoor.platform.config.InvalidValueException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Ticks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

  private static final String SENDER = "sender-token-0123456789";
  private static final String GRAFANA = "grafana-token-0123456789";
  private static final String OPERATOR = "operator-token-0123456789";
  private static final UnaryOperator<@Nullable String> NO_ENVIRONMENT = name -> null;

  @TempDir private Path folder;

  private final Metrics metrics = new Metrics();
  private final AccessMetrics counted = new AccessMetrics(metrics);

  @ParameterizedTest
  @CsvSource({
    // purpose, nobody, a wrong token, write, read, admin, all three
    "WRITE,   401, 401, ok,  403, 403, ok",
    "READ,    401, 401, 403, ok,  403, ok",
    "ADMIN,   401, 401, 403, 403, ok,  ok",
    "PROCESS, 401, 401, 403, 403, ok,  ok",
    "LIMITS,  401, 401, 403, ok,  403, ok",
    "STATUS,  401, 401, ok,  ok,  ok,  ok",
    "READY,   ok,  ok,  ok,  ok,  ok,  ok",
    "METRICS, ok,  ok,  ok,  ok,  ok,  ok",
  })
  void everyVerbOpensItsOwnDoors(
      Purpose purpose,
      String nobody,
      String wrong,
      String write,
      String read,
      String admin,
      String all)
      throws Exception {
    Access access =
        access(
            false,
            token("sender", SENDER, List.of(), Verb.WRITE),
            token("grafana", GRAFANA, List.of(), Verb.READ),
            token("operator", OPERATOR, List.of(), Verb.ADMIN),
            token("all", "all-token-0123456789", List.of(), Verb.values()));

    assertThat(outcome(access, purpose, caller(null))).isEqualTo(nobody);
    assertThat(outcome(access, purpose, bearer("wrong"))).isEqualTo(wrong);
    assertThat(outcome(access, purpose, bearer(SENDER))).isEqualTo(write);
    assertThat(outcome(access, purpose, bearer(GRAFANA))).isEqualTo(read);
    assertThat(outcome(access, purpose, bearer(OPERATOR))).isEqualTo(admin);
    assertThat(outcome(access, purpose, bearer("all-token-0123456789"))).isEqualTo(all);
  }

  @Test
  void withoutTheSectionEverybodyMayDoEverything() throws Exception {
    Access access = new Access(AccessConfig.DEFAULTS, true, NO_ENVIRONMENT, never(), counted);

    assertThat(access.isOpen()).isTrue();
    for (Purpose purpose : Purpose.values()) {
      assertThat(outcome(access, purpose, bearer("whatever"))).as(purpose.name()).isEqualTo("ok");
    }
  }

  @Test
  void adminPathsCanBeClosedOffForAllWithOrWithoutIdentities() throws Exception {
    AccessConfig closed = config(false, Policy.DISABLED, Policy.USUAL, List.of(), List.of());
    Access access = new Access(closed, false, NO_ENVIRONMENT, never(), counted);

    assertThat(access.isOpen()).isFalse();
    assertThat(outcome(access, Purpose.ADMIN, caller(null))).isEqualTo("403");
    assertThat(outcome(access, Purpose.PROCESS, caller(null))).isEqualTo("403");
    assertThat(outcome(access, Purpose.LIMITS, caller(null))).isEqualTo("403");
    assertThat(outcome(access, Purpose.READ, caller(null))).isEqualTo("ok");
  }

  @Test
  void metricsMayNeedAnIdentityTooAndAnyWillDo() throws Exception {
    AccessConfig strict =
        config(
            true,
            Policy.OPEN,
            Policy.TOKEN,
            List.of(token("sender", SENDER, List.of(), Verb.WRITE)),
            List.of());
    Access access = new Access(strict, false, NO_ENVIRONMENT, never(), counted);

    assertThat(outcome(access, Purpose.METRICS, caller(null))).isEqualTo("401");
    assertThat(outcome(access, Purpose.METRICS, bearer(SENDER))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.ADMIN, caller(null))).as("admin: open").isEqualTo("ok");
  }

  @Test
  void anIdentityWithOneTenantStandsForIt() throws Exception {
    Access access = access(true, token("sender", SENDER, List.of("acme"), Verb.WRITE));

    assertThat(access.admit(Purpose.WRITE, bearer(SENDER))).contains("acme");
    assertThat(access.admit(Purpose.WRITE, bearer(SENDER, ""))).contains("acme");
    assertThat(access.admit(Purpose.WRITE, bearer(SENDER, "acme"))).isEmpty();
    assertThat(outcome(access, Purpose.WRITE, bearer(SENDER, "other"))).isEqualTo("403");
  }

  @Test
  void anIdentityWithSeveralTenantsHasToNameOneOfThem() throws Exception {
    Access access = access(true, token("grafana", GRAFANA, List.of("a", "b"), Verb.READ));

    assertThat(access.admit(Purpose.READ, bearer(GRAFANA)))
        .as("whoever needs the tenant then says that there is none")
        .isEmpty();
    assertThat(outcome(access, Purpose.READ, bearer(GRAFANA, "b"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.READ, bearer(GRAFANA, "a|b"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.READ, bearer(GRAFANA, "a|c"))).isEqualTo("403");
    assertThat(outcome(access, Purpose.READ, bearer(GRAFANA, "a|"))).isEqualTo("403");
  }

  @Test
  void whatIsAboutAllTenantsIsForThoseWhoMayActForAllOfThem() throws Exception {
    Access access =
        access(
            true,
            token("one", GRAFANA, List.of("a"), Verb.values()),
            token("operators", OPERATOR, List.of("*"), Verb.values()));

    for (Purpose purpose : List.of(Purpose.STATUS, Purpose.PROCESS)) {
      assertThat(outcome(access, purpose, bearer(GRAFANA, "a")))
          .as(purpose.name())
          .isEqualTo("403");
      assertThat(outcome(access, purpose, bearer(OPERATOR))).as(purpose.name()).isEqualTo("ok");
    }
    assertThat(outcome(access, Purpose.ADMIN, bearer(GRAFANA, "a"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.LIMITS, bearer(GRAFANA, "a"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.LIMITS, bearer(GRAFANA, "b"))).isEqualTo("403");
  }

  @Test
  void aStarStandsForEveryTenant() throws Exception {
    Access access = access(true, token("proxy", SENDER, List.of("*"), Verb.WRITE, Verb.READ));

    assertThat(access.admit(Purpose.WRITE, bearer(SENDER))).isEmpty();
    assertThat(outcome(access, Purpose.WRITE, bearer(SENDER, "anything"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.READ, bearer(SENDER, "a|b"))).isEqualTo("ok");
  }

  @Test
  void aCertificateIsKnownByItsNames() throws Exception {
    Certificate bySan = new Certificate("gateway", "spiffe://a", "", List.of("a"), writes());
    Certificate byBoth = new Certificate("both", "b.prod", "b", List.of("b"), writes());
    Access access =
        new Access(
            config(true, Policy.USUAL, Policy.USUAL, List.of(), List.of(bySan, byBoth)),
            true,
            NO_ENVIRONMENT,
            never(),
            counted);

    assertThat(access.admit(Purpose.WRITE, peer("any", "x", "spiffe://a"))).contains("a");
    assertThat(access.admit(Purpose.WRITE, peer("b", "b.prod"))).contains("b");
    assertThat(outcome(access, Purpose.WRITE, peer("b", "c.prod"))).isEqualTo("401");
    assertThat(outcome(access, Purpose.WRITE, peer("spiffe://a", "y"))).isEqualTo("401");
    assertThat(outcome(access, Purpose.READ, peer("b", "b.prod"))).isEqualTo("403");
  }

  @Test
  void aTokenCountsMoreThanACertificate() throws Exception {
    Access access =
        new Access(
            config(
                true,
                Policy.USUAL,
                Policy.USUAL,
                List.of(token("grafana", GRAFANA, List.of(), Verb.READ)),
                List.of(new Certificate("gateway", "g", "", List.of(), writes()))),
            false,
            NO_ENVIRONMENT,
            never(),
            counted);
    PeerCertificate gateway = new PeerCertificate("", Set.of("g"), List.of());

    Caller both = new Caller("Bearer " + GRAFANA, null, gateway);
    assertThat(outcome(access, Purpose.READ, both)).isEqualTo("ok");
    assertThat(outcome(access, Purpose.WRITE, both)).isEqualTo("403");
    assertThat(outcome(access, Purpose.WRITE, new Caller("Bearer x", null, gateway)))
        .isEqualTo("401");
  }

  @Test
  void theSchemeIsBearerInAnyCaseAndNothingElse() throws Exception {
    Access access = access(false, token("grafana", GRAFANA, List.of(), Verb.READ));

    assertThat(outcome(access, Purpose.READ, caller("bearer  " + GRAFANA + " "))).isEqualTo("ok");
    for (String wrong : List.of("", "Bearer", "Bearer ", GRAFANA, "Basic " + GRAFANA)) {
      assertThat(outcome(access, Purpose.READ, caller(wrong))).as(wrong).isEqualTo("401");
    }
  }

  @Test
  void tokensComeFromFilesAndVariables() throws Exception {
    Path file = Files.writeString(folder.resolve("tokens"), "\n old-one \nnew-one\n");
    Access access =
        new Access(
            config(
                true,
                Policy.USUAL,
                Policy.USUAL,
                List.of(
                    new Token("file", "", file.toString(), "", List.of(), writes()),
                    new Token("env", "", "", "TOKEN", List.of(), List.of(Verb.READ))),
                List.of()),
            false,
            Map.of("TOKEN", "from-env")::get,
            never(),
            counted);

    assertThat(outcome(access, Purpose.WRITE, bearer("old-one"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.WRITE, bearer("new-one"))).isEqualTo("ok");
    assertThat(outcome(access, Purpose.READ, bearer("from-env"))).isEqualTo("ok");
  }

  @Test
  void changedFilesAreTakenAndUnreadableOnesChangeNothing() throws Exception {
    Path file = Files.writeString(folder.resolve("tokens"), "old-one");
    Token fromFile = new Token("file", "", file.toString(), "", List.of(), writes());
    Access access = access(false, fromFile);

    Files.writeString(file, "new-one");
    access.reload();
    assertThat(outcome(access, Purpose.WRITE, bearer("old-one"))).isEqualTo("401");
    assertThat(outcome(access, Purpose.WRITE, bearer("new-one"))).isEqualTo("ok");

    Files.delete(file);
    access.reload();
    assertThat(outcome(access, Purpose.WRITE, bearer("new-one"))).isEqualTo("ok");
    assertThat(scrape())
        .contains("spoor_access_reloads_total 1.0", "spoor_access_reload_failures_total 1.0");
  }

  @Test
  void whatCannotBeReadIsNamedAndNoTokenIsShown() throws Exception {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(
            () -> access(false, new Token("a", "", missing.toString(), "", List.of(), writes())))
        .hasMessage("access.tokens[0].token_file: %s: no such file", missing);
    Path empty = Files.writeString(folder.resolve("empty"), "\n\n");
    assertThatThrownBy(
            () -> access(false, new Token("a", "", empty.toString(), "", List.of(), writes())))
        .hasMessageContaining("holds no token");
    assertThatThrownBy(() -> access(false, new Token("a", "", "", "NO", List.of(), writes())))
        .hasMessageContaining("the environment variable NO is empty");
    assertThatThrownBy(() ->
            access(
                false,
                token("a", SENDER, List.of(), Verb.WRITE),
                token("b", SENDER, List.of(), Verb.READ)))
        .hasMessage("access.tokens[1].token: b has the same token as another");
    assertThatThrownBy(() -> access(false, token("a", "two words", List.of(), Verb.READ)))
        .hasMessageStartingWith("access.tokens[0].token: a token may hold")
        .hasMessageNotContaining("two words");
  }

  @Test
  void noMessageHoldsAToken() throws Exception {
    Access access = access(true, token("grafana", GRAFANA, List.of("a"), Verb.READ));

    for (Caller caller :
        List.of(
            bearer("guessed-secret"),
            caller("Basic guessed-secret"),
            bearer(GRAFANA, "other"),
            new Caller("Bearer " + GRAFANA, null, null))) {
      Throwable refusal = catchThrowable(() -> access.admit(Purpose.WRITE, caller));
      assertThat(refusal).hasMessageNotContainingAny("guessed-secret", GRAFANA);
      assertThat(caller.toString()).doesNotContain("guessed-secret", GRAFANA);
    }
    assertThat(token("grafana", GRAFANA, List.of("a"), Verb.READ).toString())
        .doesNotContain(GRAFANA);
  }

  @Test
  void refusalsAreCountedByPurposeAndReason() throws Exception {
    Access access = access(false, token("grafana", GRAFANA, List.of(), Verb.READ));
    outcome(access, Purpose.WRITE, bearer(GRAFANA));
    outcome(access, Purpose.READ, caller(null));

    assertThat(scrape())
        .contains(
            "spoor_access_refused_total{purpose=\"write\",reason=\"permission_denied\"} 1.0",
            "spoor_access_refused_total{purpose=\"read\",reason=\"unauthenticated\"} 1.0");
  }

  @Test
  void theSectionRefusesWhatWouldLetInNobodyOrAnybody() {
    assertThatThrownBy(() -> config(true, Policy.USUAL, Policy.USUAL, List.of(), List.of()))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("nobody gets in");
    assertThatThrownBy(() -> config(false, Policy.TOKEN, Policy.USUAL, List.of(), List.of()))
        .hasMessage("admin needs access.enabled for token");
    assertThatThrownBy(() -> access(false, Token.DEFAULTS))
        .hasMessage("access.tokens[0]: must not be empty");
    AccessConfig noName =
        config(true, Policy.USUAL, Policy.USUAL, List.of(), List.of(Certificate.DEFAULTS));
    assertThatThrownBy(() -> Access.check(noName, NO_ENVIRONMENT))
        .hasMessage("access.certificates[0]: must not be empty");
    assertThatThrownBy(() -> new Token("a", "t", "f", "", List.of(), writes()))
        .hasMessageContaining("one of them");
    assertThatThrownBy(() -> new Token("a", "t", "", "", List.of(), List.of()))
        .hasMessageContaining("verbs");
    assertThatThrownBy(() -> new Token("a", "t", "", "", List.of("a/b"), writes()))
        .hasMessageContaining("tenants");
    assertThatThrownBy(
            () -> accessConfig(token("a", "t", List.of(), Verb.READ)).requireTenants(true))
        .hasMessageContaining("must name tenants");
    assertThatThrownBy(
            () -> accessConfig(token("a", "t", List.of("x"), Verb.READ)).requireTenants(false))
        .hasMessageContaining("multitenancy_enabled");
  }

  private Access access(boolean multitenancy, Token... tokens) throws Exception {
    return new Access(accessConfig(tokens), multitenancy, NO_ENVIRONMENT, never(), counted);
  }

  private static AccessConfig accessConfig(Token... tokens) {
    return config(true, Policy.USUAL, Policy.USUAL, List.of(tokens), List.of());
  }

  private static AccessConfig config(
      boolean enabled,
      Policy admin,
      Policy metrics,
      List<Token> tokens,
      List<Certificate> certificates) {
    return new AccessConfig(
        enabled,
        admin,
        Policy.USUAL,
        metrics,
        Policy.USUAL,
        Duration.ofMinutes(1),
        tokens,
        certificates);
  }

  private static Token token(String name, String token, List<String> tenants, Verb... verbs) {
    return new Token(name, token, "", "", tenants, List.of(verbs));
  }

  private static List<Verb> writes() {
    return List.of(Verb.WRITE);
  }

  private static Caller caller(@Nullable String authorization) {
    return new Caller(authorization, null, null);
  }

  private static Caller bearer(String token) {
    return caller("Bearer " + token);
  }

  private static Caller bearer(String token, String tenant) {
    return new Caller("Bearer " + token, tenant, null);
  }

  private static Caller peer(String commonName, String... names) {
    return new Caller(null, null, new PeerCertificate(commonName, Set.of(names), List.of()));
  }

  private static String outcome(Access access, Purpose purpose, Caller caller) {
    try {
      Optional<String> tenant = access.admit(purpose, caller);
      assertThat(tenant).isNotNull();
      return "ok";
    } catch (ServiceException refusal) {
      return refusal.kind() == ErrorKind.UNAUTHENTICATED ? "401" : "403";
    }
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }

  private static Ticks never() {
    return () -> Thread.sleep(Long.MAX_VALUE);
  }
}
