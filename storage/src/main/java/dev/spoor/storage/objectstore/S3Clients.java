package dev.spoor.storage.objectstore;

import static dev.spoor.platform.config.Requirements.require;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/// The SDK's client, as a configuration wants it. Nothing is contacted.
final class S3Clients {

  private static final String KEYS = "storage.trace.s3.";
  private static final int VIRTUAL_HOST = 1;
  private static final int PATH = 2;
  private static final Pattern AMAZON_REGION =
      Pattern.compile("s3[.-](?:dualstack\\.|fips\\.)?([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?");

  private S3Clients() {}

  static S3Client create(S3Config config, S3Limits limits) throws IOException {
    require(!config.bucket().isEmpty(), KEYS + "bucket", "is empty");
    require(
        !config.endpoint().contains("/"), KEYS + "endpoint", "is a host, without scheme or path");
    S3ClientBuilder builder =
        S3Client.builder()
            .region(region(config))
            .credentialsProvider(credentials(config))
            .forcePathStyle(isPathStyle(config))
            .dualstackEnabled(config.enableDualStack())
            .serviceConfiguration(S3Configuration.builder().expectContinueEnabled(false).build())
            .overrideConfiguration(own -> own.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .httpClientBuilder(http(config, limits));
    if (!config.endpoint().isEmpty()) {
      String scheme = config.insecure() ? "http://" : "https://";
      builder.endpointOverride(URI.create(scheme + config.endpoint()));
      // Many stores that speak S3 know nothing of the newer checksums.
      builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
      builder.responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
    return builder.build();
  }

  static Tagging tagging(Map<String, String> tags) {
    List<Tag> all = new ArrayList<>();
    tags.forEach((key, value) -> all.add(Tag.builder().key(key).value(value).build()));
    return Tagging.builder().tagSet(all).build();
  }

  /// From the configuration, else the endpoint's name, else the environment; the SDK's own search
  /// would ask the machine's metadata service, and wait for it.
  static Region region(S3Config config) {
    if (!config.region().isEmpty()) {
      return Region.of(config.region());
    }
    Matcher amazon = AMAZON_REGION.matcher(config.endpoint());
    if (amazon.matches()) {
      return Region.of(amazon.group(1));
    }
    for (String name : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
      @Nullable String value = System.getenv(name);
      if (value != null && !value.isBlank()) {
        return Region.of(value);
      }
    }
    return Region.US_EAST_1;
  }

  /// Amazon's own hosts know each bucket by name, others may not.
  static boolean isPathStyle(S3Config config) {
    if (config.forcePathStyle() || config.bucketLookupType() == PATH) {
      return true;
    }
    boolean amazon = config.endpoint().isEmpty() || config.endpoint().contains(".amazonaws.com");
    return config.bucketLookupType() != VIRTUAL_HOST && !amazon;
  }

  private static AwsCredentialsProvider credentials(S3Config config) {
    if (config.accessKey().isEmpty()) {
      return AwsCredentialsProviderChain.builder()
          .reuseLastProviderEnabled(false)
          .credentialsProviders(
              S3Clients::minioEnvironment, DefaultCredentialsProvider.builder().build())
          .build();
    }
    require(!config.secretKey().isEmpty(), KEYS + "secret_key", "is empty, access_key is not");
    return StaticCredentialsProvider.create(
        config.sessionToken().isEmpty()
            ? AwsBasicCredentials.create(config.accessKey(), config.secretKey())
            : AwsSessionCredentials.create(
                config.accessKey(), config.secretKey(), config.sessionToken()));
  }

  private static AwsCredentials minioEnvironment() {
    @Nullable String user = environment("MINIO_ROOT_USER", "MINIO_ACCESS_KEY");
    @Nullable String password = environment("MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY");
    if (user == null || password == null) {
      throw SdkClientException.create("no credentials in MINIO_ROOT_USER and MINIO_ROOT_PASSWORD");
    }
    return AwsBasicCredentials.create(user, password);
  }

  private static @Nullable String environment(String name, String otherName) {
    @Nullable String value = System.getenv(name);
    return value == null ? System.getenv(otherName) : value;
  }

  private static Apache5HttpClient.Builder http(S3Config config, S3Limits limits)
      throws IOException {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .connectionTimeout(limits.connect())
            .connectionAcquisitionTimeout(limits.idle())
            .socketTimeout(limits.idle())
            .maxConnections(limits.connections())
            .expectContinueEnabled(false)
            .tcpKeepAlive(true);
    @Nullable TlsSocketStrategy tls = S3Tls.of(config);
    return tls == null ? http : http.tlsSocketStrategy(tls);
  }
}
