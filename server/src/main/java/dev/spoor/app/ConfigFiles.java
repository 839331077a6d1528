package dev.spoor.app;

import dev.spoor.access.Access;
import dev.spoor.access.AccessConfigException;
import dev.spoor.listener.Binding;
import dev.spoor.listener.ServerConfig;
import dev.spoor.listener.TlsConfigException;
import dev.spoor.listener.TlsSettings;
import dev.spoor.receiver.ReceiversConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files and variables that a configuration names for secrets: certificates, keys, tokens.
final class ConfigFiles {

  private ConfigFiles() {}

  /// The first one that can't be used, and where the configuration names it; empty when all can.
  ///
  /// @param environment the value of an environment variable; null when it is unset
  static Optional<String> unusable(
      LoadedConfig loaded, UnaryOperator<@Nullable String> environment) {
    for (TlsSettings tls : encryptedPorts(loaded.config())) {
      try {
        tls.check(Instant.now());
      } catch (TlsConfigException unusable) {
        return Optional.of(loaded.place(unusable.key()) + ": " + unusable.getMessage());
      }
    }
    try {
      Access.check(loaded.config().access(), environment);
      return Optional.empty();
    } catch (AccessConfigException unusable) {
      return Optional.of(loaded.place(unusable.key()) + ": " + unusable.getMessage());
    }
  }

  /// The TLS of every port that has it.
  static List<TlsSettings> encryptedPorts(SpoorConfig config) {
    ServerConfig server = config.server();
    ReceiversConfig receivers = config.receivers();
    List<TlsSettings> all = new ArrayList<>();
    server.httpTls().ifPresent(all::add);
    server.grpcTls().ifPresent(all::add);
    Stream.of(
            receivers.otlpGrpc().map(otlp -> otlp.binding()),
            receivers.otlpHttp().map(otlp -> otlp.binding()),
            receivers.jaegerGrpc().map(jaeger -> jaeger.binding()),
            receivers.jaegerThriftHttp().map(jaeger -> jaeger.binding()),
            receivers.zipkin().map(zipkin -> zipkin.binding()))
        .forEach(binding -> binding.flatMap(Binding::tls).ifPresent(all::add));
    return all;
  }
}
