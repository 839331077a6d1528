package dev.spoor.storage.objectstore;

import java.time.Duration;
import java.util.Map;

/// The `s3` section for tests: a valid one, and the ways in which it may differ.
public record S3Configs(
    String bucket,
    String prefix,
    String endpoint,
    String accessKey,
    String secretKey,
    long partSize,
    Duration hedgeRequestsAt,
    S3Config.Sse sse,
    Map<String, String> metadata) {

  /// A bucket of its own in a server, with parts as small as S3 allows.
  public static S3Config of(S3ProxyServer server) {
    return at(server.endpoint(), server.newBucket()).build();
  }

  public static S3Configs at(String endpoint, String bucket) {
    return new S3Configs(
        bucket,
        "",
        endpoint,
        S3ProxyServer.ACCESS_KEY,
        S3ProxyServer.SECRET_KEY,
        5 << 20,
        Duration.ZERO,
        S3Config.Sse.DEFAULTS,
        Map.of());
  }

  public S3Configs keys(String access, String secret) {
    return new S3Configs(
        bucket, prefix, endpoint, access, secret, partSize, hedgeRequestsAt, sse, metadata);
  }

  public S3Configs prefix(String value) {
    return new S3Configs(
        bucket, value, endpoint, accessKey, secretKey, partSize, hedgeRequestsAt, sse, metadata);
  }

  public S3Configs hedgeRequestsAt(Duration value) {
    return new S3Configs(
        bucket, prefix, endpoint, accessKey, secretKey, partSize, value, sse, metadata);
  }

  public S3Configs sse(S3Config.Sse value) {
    return new S3Configs(
        bucket, prefix, endpoint, accessKey, secretKey, partSize, hedgeRequestsAt, value, metadata);
  }

  public S3Config build() {
    return build(true, 0);
  }

  public S3Config build(boolean forcePathStyle, int bucketLookupType) {
    S3Config defaults = S3Config.DEFAULTS;
    return new S3Config(
        bucket,
        prefix,
        endpoint,
        defaults.region(),
        accessKey,
        secretKey,
        defaults.sessionToken(),
        true,
        forcePathStyle,
        bucketLookupType,
        partSize,
        hedgeRequestsAt,
        defaults.hedgeRequestsUpTo(),
        defaults.listBlocksConcurrency(),
        defaults.tags(),
        defaults.storageClass(),
        metadata,
        sse,
        defaults.enableDualStack(),
        defaults.tlsCertPath(),
        defaults.tlsKeyPath(),
        defaults.tlsCaPath(),
        defaults.tlsServerName(),
        defaults.tlsInsecureSkipVerify(),
        defaults.tlsCipherSuites(),
        defaults.tlsMinVersion());
  }
}
