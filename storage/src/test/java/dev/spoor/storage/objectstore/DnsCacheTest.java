package dev.spoor.storage.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Security;
import org.junit.jupiter.api.Test;

class DnsCacheTest {

  @Test
  void changedNamesAreBelievedForSecondsOnly() {
    DnsCache.followChanges();

    assertThat(Security.getProperty("networkaddress.cache.ttl")).isEqualTo("10");
    assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("1");
    assertThat(Security.getProperty("networkaddress.cache.stale.ttl")).isEqualTo("0");
  }
}
