package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoor.platform.config.InvalidValueException;
import dev.spoor.platform.config.Requirements;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/// What requests say about encryption by the store.
sealed interface S3Encryption {

  record None() implements S3Encryption {}

  /// Keys of the store.
  record Managed() implements S3Encryption {}

  /// Keys of the key service.
  ///
  /// @param context Base64 of a JSON object; may be empty
  record Kms(String keyId, String context) implements S3Encryption {}

  /// A key that goes along with each request.
  ///
  /// @param key Base64
  /// @param digest Base64 of its MD5
  record Customer(String key, String digest) implements S3Encryption {}

  String AES = "AES256";
  int KEY_BYTES = 32;

  /// @throws dev.spoor.platform.config.InvalidValueException naming what cannot work
  static S3Encryption of(S3Config.Sse sse) {
    return switch (sse.type()) {
      case "" -> new None();
      case "SSE-S3" -> new Managed();
      case "SSE-KMS" -> {
        Requirements.require(
            !sse.kmsKeyId().isEmpty(), "storage.trace.s3.sse.kms_key_id", "is needed for SSE-KMS");
        yield new Kms(sse.kmsKeyId(), base64(sse.kmsEncryptionContext().getBytes(UTF_8)));
      }
      case "SSE-C" -> customer(sse.encryptionKey().getBytes(UTF_8));
      default ->
          throw new InvalidValueException(
              "storage.trace.s3.sse.type",
              "must be SSE-S3, SSE-KMS or SSE-C, not '" + sse.type() + "'");
    };
  }

  default void toWrite(PutObjectRequest.Builder request) {
    switch (this) {
      case None() -> {}
      case Managed() -> request.serverSideEncryption(ServerSideEncryption.AES256);
      case Kms(String keyId, String context) -> {
        request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(keyId);
        if (!context.isEmpty()) {
          request.ssekmsEncryptionContext(context);
        }
      }
      case Customer(String key, String digest) ->
          request.sseCustomerAlgorithm(AES).sseCustomerKey(key).sseCustomerKeyMD5(digest);
    }
  }

  default void toWrite(CreateMultipartUploadRequest.Builder request) {
    switch (this) {
      case None() -> {}
      case Managed() -> request.serverSideEncryption(ServerSideEncryption.AES256);
      case Kms(String keyId, String context) -> {
        request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(keyId);
        if (!context.isEmpty()) {
          request.ssekmsEncryptionContext(context);
        }
      }
      case Customer(String key, String digest) ->
          request.sseCustomerAlgorithm(AES).sseCustomerKey(key).sseCustomerKeyMD5(digest);
    }
  }

  default void toWritePart(UploadPartRequest.Builder request) {
    if (this instanceof Customer(String key, String digest)) {
      request.sseCustomerAlgorithm(AES).sseCustomerKey(key).sseCustomerKeyMD5(digest);
    }
  }

  /// The store asks for the key again when the parts have checksums, and they do.
  default void toComplete(CompleteMultipartUploadRequest.Builder request) {
    if (this instanceof Customer(String key, String digest)) {
      request.sseCustomerAlgorithm(AES).sseCustomerKey(key).sseCustomerKeyMD5(digest);
    }
  }

  default void toRead(GetObjectRequest.Builder request) {
    if (this instanceof Customer(String key, String digest)) {
      request.sseCustomerAlgorithm(AES).sseCustomerKey(key).sseCustomerKeyMD5(digest);
    }
  }

  default void toRead(HeadObjectRequest.Builder request) {
    if (this instanceof Customer(String key, String digest)) {
      request.sseCustomerAlgorithm(AES).sseCustomerKey(key).sseCustomerKeyMD5(digest);
    }
  }

  private static Customer customer(byte[] key) {
    Requirements.require(
        key.length == KEY_BYTES, "storage.trace.s3.sse.encryption_key", "must have 32 bytes");
    try {
      return new Customer(base64(key), base64(MessageDigest.getInstance("MD5").digest(key)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
