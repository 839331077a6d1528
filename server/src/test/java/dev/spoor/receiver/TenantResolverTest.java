package dev.spoor.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantResolverTest {

  private static final TenantResolver FEDERATED = new TenantResolver(true, true);

  @Test
  void aReadMayNameSeveralTenantsEachOfThemOnce() {
    Tenants tenants = FEDERATED.resolveAll(Optional.of("b|a|b"));

    assertThat(tenants.all()).containsExactly(new Tenant("a"), new Tenant("b"));
    assertThat(tenants).hasToString("a|b");
  }

  @Test
  void whatTakesSpansTakesThemForOneTenant() {
    assertRefused(() -> FEDERATED.resolve(Optional.of("a|b")), ErrorKind.INVALID);
  }

  @Test
  void withoutTheSwitchSeveralTenantsAreOneInvalidOne() {
    TenantResolver single = new TenantResolver(true, false);

    assertRefused(() -> single.resolveAll(Optional.of("a|b")), ErrorKind.INVALID);
    assertThat(single.resolveAll(Optional.of("a")).isOne()).isTrue();
  }

  @Test
  void someReadsAreForOneTenantOnly() {
    assertThat(FEDERATED.resolveOne(Optional.of("a"))).isEqualTo(new Tenant("a"));
    assertThatThrownBy(() -> FEDERATED.resolveOne(Optional.of("a|b")))
        .isInstanceOf(ServiceException.class)
        .hasMessage("multi-tenant query unsupported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"|", "a|", "|a", "a||b", "a|..", "a|b/c", "a b", "ä", "."})
  void aMalformedIdIsRefused(String header) {
    assertRefused(() -> FEDERATED.resolveAll(Optional.of(header)), ErrorKind.INVALID);
  }

  @Test
  void nobodyIsUnauthenticated() {
    assertRefused(() -> FEDERATED.resolveAll(Optional.empty()), ErrorKind.UNAUTHENTICATED);
    assertRefused(() -> FEDERATED.resolveAll(Optional.of("")), ErrorKind.UNAUTHENTICATED);
  }

  @Test
  void withoutTenantsTheHeaderIsIgnored() {
    TenantResolver off = new TenantResolver(false, true);

    assertThat(off.resolveAll(Optional.of("a|b"))).isEqualTo(Tenants.of(Tenant.SINGLE));
  }

  private static void assertRefused(Runnable resolving, ErrorKind kind) {
    assertThatThrownBy(resolving::run)
        .isInstanceOfSatisfying(
            ServiceException.class, refusal -> assertThat(refusal.kind()).isEqualTo(kind));
  }
}
