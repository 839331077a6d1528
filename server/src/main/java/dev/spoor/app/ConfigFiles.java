package dev.spoor.app;

import dev.spoor.listener.Binding;
import dev.spoor.listener.ServerConfig;
import dev.spoor.listener.TlsConfigException;
import dev.spoor.listener.TlsSettings;
import dev.spoor.receiver.ReceiversConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files that a configuration names: certificates and keys.
final class ConfigFiles {

  private ConfigFiles() {}

  /// The first one that can't be used, and where the configuration names it; empty when all can.
  static Optional<String> unusable(LoadedConfig loaded) {
    for (TlsSettings tls : encryptedPorts(loaded.config())) {
      try {
        tls.check(Instant.now());
      } catch (TlsConfigException unusable) {
        return Optional.of(loaded.place(unusable.key()) + ": " + unusable.getMessage());
      }
    }
    return Optional.empty();
  }

  private static List<TlsSettings> encryptedPorts(SpoorConfig config) {
    ServerConfig server = config.server();
    ReceiversConfig receivers = config.receivers();
    List<TlsSettings> all = new ArrayList<>();
    server.httpTls().ifPresent(all::add);
    server.grpcTls().ifPresent(all::add);
    receivers.otlpGrpc().map(otlp -> otlp.binding()).flatMap(Binding::tls).ifPresent(all::add);
    receivers.otlpHttp().map(otlp -> otlp.binding()).flatMap(Binding::tls).ifPresent(all::add);
    return all;
  }
}
