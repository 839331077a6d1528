package dev.spoor.storage.objectstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What the SDK throws, in our own exceptions and with the words that operators look for.
final class S3Failures {

  private static final Set<String> DENIED =
      Set.of(
          "AccessDenied",
          "ExpiredToken",
          "InvalidToken",
          "TokenRefreshRequired",
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "RequestTimeTooSkewed",
          "AuthorizationHeaderMalformed");

  private static final Set<String> BUSY = Set.of("SlowDown", "RequestLimitExceeded", "Throttling");

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int BAD_RANGE = 416;
  private static final int TOO_MANY = 429;

  private S3Failures() {}

  /// @param what operation, bucket and key, such as `get of s3://traces/acme/…/meta.json`
  static IOException translate(String what, String key, SdkException failure) {
    return failure instanceof S3Exception answer
        ? ofAnswer(what, key, answer)
        : ofTransport(what, failure);
  }

  private static ObjectStoreException ofAnswer(String what, String key, S3Exception answer) {
    int status = answer.statusCode();
    @Nullable AwsErrorDetails details = answer.awsErrorDetails();
    String code = details == null ? "" : orEmpty(details.errorCode());
    String said =
        "%s: status %d %s %s"
            .formatted(what, status, code, details == null ? "" : orEmpty(details.errorMessage()));
    if (status == UNAUTHORIZED || status == FORBIDDEN || DENIED.contains(code)) {
      return new StoreDeniedException(said.strip() + " (access denied)", status, answer);
    }
    if (code.equals("RequestTimeout")) {
      return new StoreTimeoutException(said + " (timeout)", answer);
    }
    if (status == NOT_FOUND && !code.equals("NoSuchBucket") && !code.equals("NoSuchUpload")) {
      return new ObjectNotFoundException(key, answer);
    }
    if (status == TOO_LARGE || code.equals("EntityTooLarge")) {
      return new ObjectTooLargeException(said, answer);
    }
    if (status == BAD_RANGE) {
      return new ShortObjectException(said, answer);
    }
    if (status >= 500 || status == TOO_MANY || BUSY.contains(code)) {
      return new StoreFailedException(said.strip(), status, answer);
    }
    return new StoreRefusedException(said.strip(), status, answer);
  }

  private static IOException ofTransport(String what, SdkException failure) {
    String reason = what + ": " + rootMessage(failure);
    if (failure instanceof ApiCallTimeoutException
        || failure instanceof ApiCallAttemptTimeoutException
        || causeOf(failure, SocketTimeoutException.class)) {
      return new StoreTimeoutException(reason + " (timeout)", failure);
    }
    if (failure instanceof AbortedException
        || Thread.currentThread().isInterrupted()
        || causeOf(failure, InterruptedException.class)) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(what + ": interrupted");
      interrupted.initCause(failure);
      return interrupted;
    }
    if (causeOf(failure, UnknownHostException.class)) {
      return new StoreUnreachableException(reason + " (no such host)", failure);
    }
    if (causeOf(failure, ConnectException.class)) {
      return new StoreUnreachableException(reason + " (connection refused)", failure);
    }
    if (causeOf(failure, SSLException.class)) {
      return new StoreUnreachableException(reason + " (TLS failed)", failure);
    }
    if (causeOf(failure, IOException.class)) {
      return new StoreUnreachableException(reason + " (connection broken)", failure);
    }
    if (reason.contains("credentials")) {
      return new StoreDeniedException(reason + " (access denied)", UNAUTHORIZED, failure);
    }
    return new StoreUnreachableException(reason, failure);
  }

  private static boolean causeOf(Throwable failure, Class<? extends Throwable> kind) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    String own = orEmpty(failure.getMessage());
    String deepest = orEmpty(root.getMessage());
    return own.contains(deepest) ? own : own + ": " + deepest;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
