package dev.spoor.storage.objectstore;

import dev.spoor.platform.config.Key;
import dev.spoor.platform.config.NoEffectYet;
import dev.spoor.platform.config.Secret;
import java.time.Duration;
import java.util.Map;

/// The `storage.trace.s3` section.
///
/// @param endpoint host or host:port, without a scheme; empty for AWS itself
/// @param region empty: from the environment, else `us-east-1`
/// @param accessKey empty: the default chain of the SDK (environment, profile, web identity, ...)
/// @param insecure http instead of https
/// @param forcePathStyle bucket in the path, not in the host name
/// @param bucketLookupType 0 automatic, 1 virtual host, 2 path
/// @param partSize bytes of a multipart part; 0 is automatic
/// @param hedgeRequestsAt a second GET goes out after this; zero for never
/// @param listBlocksConcurrency listings by prefix at a time
/// @param tlsMinVersion `VersionTLS12` or `VersionTLS13`
public record S3Config(
    String bucket,
    String prefix,
    String endpoint,
    String region,
    String accessKey,
    @Secret String secretKey,
    @Secret String sessionToken,
    boolean insecure,
    @Key("forcepathstyle") boolean forcePathStyle,
    int bucketLookupType,
    long partSize,
    Duration hedgeRequestsAt,
    int hedgeRequestsUpTo,
    @NoEffectYet("with parallel listings") int listBlocksConcurrency,
    Map<String, String> tags,
    String storageClass,
    Map<String, String> metadata,
    Sse sse,
    boolean enableDualStack,
    String tlsCertPath,
    String tlsKeyPath,
    String tlsCaPath,
    String tlsServerName,
    boolean tlsInsecureSkipVerify,
    String tlsCipherSuites,
    String tlsMinVersion) {

  public static final S3Config DEFAULTS =
      new S3Config(
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          false,
          false,
          0,
          0,
          Duration.ZERO,
          2,
          3,
          Map.of(),
          "",
          Map.of(),
          Sse.DEFAULTS,
          false,
          "",
          "",
          "",
          "",
          false,
          "",
          "VersionTLS12");

  public S3Config {
    tags = Map.copyOf(tags);
    metadata = Map.copyOf(metadata);
  }

  /// Encryption by the store.
  ///
  /// @param type `SSE-KMS`, `SSE-S3`, `SSE-C`, or empty for none
  /// @param kmsEncryptionContext JSON object of strings
  /// @param encryptionKey 32 bytes, for SSE-C
  public record Sse(
      String type, String kmsKeyId, String kmsEncryptionContext, @Secret String encryptionKey) {

    public static final Sse DEFAULTS = new Sse("", "", "", "");
  }
}
