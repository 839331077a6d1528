package dev.spoor.storage.objectstore;

import dev.spoor.storage.objectstore.RequestObserver.Operation;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Objects in a bucket of S3, or of a store that speaks its protocol.
///
/// Needs PutObject, GetObject, DeleteObject and ListBucket, and nothing at its start. Credentials
/// are looked up for each request (the SDK caches those that expire), so mended ones are used
/// without a restart. Broken connections and errors of the store are repeated at once, a few times,
/// where that cannot change the outcome; everything else is the caller's to repeat.
public final class S3ObjectStore implements ObjectStore {

  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int PARTIAL = 206;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int INTERRUPTED = 499;
  private static final int PAUSE_MILLIS = 50;

  private final S3Client client;
  private final S3Config config;
  private final S3Limits limits;
  private final S3Encryption encryption;
  private final RequestObserver observer;
  private final Hedge hedge;
  private final AwsRequestOverrideConfiguration readTimeout;
  private final AwsRequestOverrideConfiguration writeTimeout;

  private S3ObjectStore(
      S3Client client, S3Config config, S3Limits limits, RequestObserver observer, Hedge hedge) {
    this.client = client;
    this.config = config;
    this.limits = limits;
    this.encryption = S3Encryption.of(config.sse());
    this.observer = observer;
    this.hedge = hedge;
    this.readTimeout = timeout(limits.read());
    this.writeTimeout = timeout(limits.write());
  }

  /// The bucket of a configuration, below its prefix. Contacts nobody.
  public static ObjectStore open(S3Config config, RequestObserver observer) throws IOException {
    return open(config, S3Limits.DEFAULTS, observer);
  }

  /// @throws IOException when a certificate or key file of the configuration cannot be read
  public static ObjectStore open(S3Config config, S3Limits limits, RequestObserver observer)
      throws IOException {
    S3Client client = S3Clients.create(config, limits);
    Hedge hedge = new Hedge(config.hedgeRequestsAt(), config.hedgeRequestsUpTo(), observer);
    S3ObjectStore store = new S3ObjectStore(client, config, limits, observer, hedge);
    return PrefixedObjectStore.of(store, config.prefix());
  }

  @Override
  public String put(String key, byte[] content) throws IOException {
    return put(key, ObjectSource.of(content));
  }

  @Override
  public String put(String key, ObjectSource source) throws IOException {
    Keys.check(key);
    long partSize = MultipartUpload.partSize(config.partSize(), source.length());
    if (source.length() > partSize) {
      return new MultipartUpload(this, key, source, partSize).run();
    }
    return putWhole(key, source, request -> request, limits.attempts());
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return putIf(key, content, request -> request.ifNoneMatch("*"));
  }

  @Override
  public boolean putIfMatch(String key, String etag, byte[] content) throws IOException {
    try {
      return putIf(key, content, request -> request.ifMatch(etag));
    } catch (ObjectNotFoundException gone) {
      return false;
    }
  }

  @Override
  public byte[] get(String key, int limit) throws IOException {
    Keys.check(key);
    Answer answer =
        hedge.first(() ->
            call(
                new Request(Operation.GET, "get", key, OK, limits.attempts()),
                () -> client.getObject(getRequest(key).build(), whole(limit))));
    if (answer.bytes() == null) {
      throw new ObjectTooLargeException(
          "%s: it has %d bytes, more than %d".formatted(describe("get", key), answer.size(), limit),
          null);
    }
    return answer.bytes();
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    Keys.check(key);
    Ranges.check(offset, length);
    if (length == 0) {
      return new byte[0];
    }
    String range = "bytes=" + offset + "-" + (offset + length - 1);
    Answer answer =
        hedge.first(() ->
            call(
                new Request(Operation.GET, "read", key, PARTIAL, limits.attempts()),
                () -> client.getObject(getRequest(key).range(range).build(), whole(length))));
    if (answer.bytes() == null) {
      throw new StoreRefusedException(
          describe("read", key) + ": the store does not know ranges", OK, null);
    }
    if (answer.bytes().length < length) {
      throw Ranges.tooShort(key, offset, length, offset + answer.bytes().length);
    }
    return answer.bytes();
  }

  @Override
  public ObjectInfo head(String key) throws IOException {
    Keys.check(key);
    HeadObjectRequest.Builder request =
        HeadObjectRequest.builder().bucket(config.bucket()).key(key);
    encryption.toRead(request);
    HeadObjectResponse head =
        call(
            new Request(Operation.HEAD, "head", key, OK, limits.attempts()),
            () -> client.headObject(request.overrideConfiguration(readTimeout).build()));
    return new ObjectInfo(
        key, orZero(head.contentLength()), orEpoch(head.lastModified()), head.eTag());
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    ListObjectsV2Request.Builder list =
        ListObjectsV2Request.builder()
            .bucket(config.bucket())
            .prefix(request.prefix())
            .maxKeys(request.pageSize())
            .overrideConfiguration(readTimeout);
    if (!request.recursive()) {
      list.delimiter("/");
    }
    if (!request.page().isEmpty()) {
      list.continuationToken(request.page());
    } else if (!request.after().isEmpty()) {
      list.startAfter(request.after());
    }
    ListObjectsV2Response page =
        call(
            new Request(Operation.GET, "list", request.prefix(), OK, limits.attempts()),
            () -> client.listObjectsV2(list.build()));
    return pageOf(page);
  }

  @Override
  public void delete(String key) throws IOException {
    Keys.check(key);
    try {
      call(
          new Request(Operation.DELETE, "delete", key, NO_CONTENT, limits.attempts()),
          () ->
              client.deleteObject(request ->
                  request.bucket(config.bucket()).key(key).overrideConfiguration(readTimeout)));
    } catch (ObjectNotFoundException alreadyGone) {
      // Some stores say so; it is what was wanted.
    }
  }

  @Override
  public void close() {
    hedge.close();
    client.close();
  }

  /// The pieces of an upload in parts, as [MultipartUpload] needs them.
  String startUpload(String key) throws IOException {
    return call(
        new Request(Operation.POST, "start of upload", key, OK, limits.attempts()),
        () -> {
          CreateMultipartUploadRequest.Builder request =
              CreateMultipartUploadRequest.builder()
                  .bucket(config.bucket())
                  .key(key)
                  .metadata(config.metadata())
                  .overrideConfiguration(readTimeout);
          if (!config.storageClass().isEmpty()) {
            request.storageClass(config.storageClass());
          }
          if (!config.tags().isEmpty()) {
            request.tagging(S3Clients.tagging(config.tags()));
          }
          encryption.toWrite(request);
          return client.createMultipartUpload(request.build()).uploadId();
        });
  }

  CompletedPart uploadPart(
      String key, String upload, int number, ObjectSource source, long offset, long length)
      throws IOException {
    UploadPartRequest.Builder request =
        UploadPartRequest.builder()
            .bucket(config.bucket())
            .key(key)
            .uploadId(upload)
            .partNumber(number)
            .overrideConfiguration(writeTimeout);
    encryption.toWritePart(request);
    String what = "part " + number;
    return send(
        new Request(Operation.PUT, what, key, OK, limits.attempts()),
        new SentSource(source, offset, length),
        body -> {
          UploadPartResponse answer = client.uploadPart(request.build(), body);
          return CompletedPart.builder()
              .partNumber(number)
              .eTag(answer.eTag())
              .checksumCRC32(answer.checksumCRC32())
              .build();
        });
  }

  /// Not repeated: after a lost answer the upload is no longer known, though the object is there.
  String completeUpload(String key, String upload, List<CompletedPart> parts) throws IOException {
    CompleteMultipartUploadRequest.Builder request =
        CompleteMultipartUploadRequest.builder()
            .bucket(config.bucket())
            .key(key)
            .uploadId(upload)
            .multipartUpload(all -> all.parts(parts))
            .overrideConfiguration(writeTimeout);
    encryption.toComplete(request);
    return call(
        new Request(Operation.POST, "end of upload", key, OK, 1),
        () -> client.completeMultipartUpload(request.build()).eTag());
  }

  void abortUpload(String key, String upload) throws IOException {
    call(
        new Request(Operation.DELETE, "abort of upload", key, NO_CONTENT, 1),
        () ->
            client.abortMultipartUpload(request ->
                request
                    .bucket(config.bucket())
                    .key(key)
                    .uploadId(upload)
                    .overrideConfiguration(readTimeout)));
  }

  private boolean putIf(String key, byte[] content, Condition condition) throws IOException {
    Keys.check(key);
    try {
      putWhole(key, ObjectSource.of(content), condition, 1);
      return true;
    } catch (StoreRefusedException refused) {
      if (refused.status() == PRECONDITION_FAILED || refused.status() == CONFLICT) {
        return false;
      }
      throw refused;
    }
  }

  private String putWhole(String key, ObjectSource source, Condition condition, int attempts)
      throws IOException {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(config.bucket())
            .key(key)
            .metadata(config.metadata())
            .overrideConfiguration(writeTimeout);
    if (!config.storageClass().isEmpty()) {
      request.storageClass(config.storageClass());
    }
    if (!config.tags().isEmpty()) {
      request.tagging(S3Clients.tagging(config.tags()));
    }
    encryption.toWrite(request);
    PutObjectRequest built = condition.on(request).build();
    return send(
        new Request(Operation.PUT, "put", key, OK, attempts),
        new SentSource(source, 0, source.length()),
        body -> client.putObject(built, body).eTag());
  }

  private GetObjectRequest.Builder getRequest(String key) {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder()
            .bucket(config.bucket())
            .key(key)
            .overrideConfiguration(readTimeout);
    encryption.toRead(request);
    return request;
  }

  private static ListPage pageOf(ListObjectsV2Response page) {
    List<ObjectInfo> objects = new ArrayList<>(page.contents().size());
    for (S3Object object : page.contents()) {
      objects.add(
          new ObjectInfo(
              object.key(), orZero(object.size()), orEpoch(object.lastModified()), object.eTag()));
    }
    List<String> folders = new ArrayList<>(page.commonPrefixes().size());
    for (CommonPrefix folder : page.commonPrefixes()) {
      folders.add(folder.prefix());
    }
    boolean more = Boolean.TRUE.equals(page.isTruncated());
    return new ListPage(objects, folders, more ? page.nextContinuationToken() : "");
  }

  private <T> T send(Request request, SentSource source, Sender<T> sender) throws IOException {
    try (source) {
      RequestBody body = source.body();
      return call(
          request,
          () -> {
            try {
              return sender.send(body);
            } catch (RuntimeException failure) {
              IOException unreadable = source.failure();
              throw unreadable == null ? failure : new SourceFailed(unreadable);
            }
          });
    } catch (SourceFailed failed) {
      throw failed.reason;
    }
  }

  private <T> T call(Request request, Call<T> call) throws IOException {
    for (int attempt = 1; ; attempt++) {
      long start = System.nanoTime();
      try {
        T answer = call.run();
        observe(request, request.success(), start);
        return answer;
      } catch (SdkException failure) {
        IOException translated =
            S3Failures.translate(describe(request.what(), request.key()), request.key(), failure);
        observe(request, statusOf(translated), start);
        if (attempt >= request.attempts() || !worthRepeating(translated)) {
          throw translated;
        }
        pause(translated);
      }
    }
  }

  private void observe(Request request, int status, long start) {
    observer.ended(request.operation(), status, Duration.ofNanos(System.nanoTime() - start));
  }

  private static int statusOf(IOException failure) {
    return failure instanceof ObjectStoreException known ? known.status() : INTERRUPTED;
  }

  private static boolean worthRepeating(IOException failure) {
    return failure instanceof StoreUnreachableException || failure instanceof StoreFailedException;
  }

  private static void pause(IOException reason) throws IOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(PAUSE_MILLIS, 2 * PAUSE_MILLIS));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException(
              "interrupted before another try after: " + reason.getMessage());
      interrupted.addSuppressed(reason);
      throw interrupted;
    }
  }

  private String describe(String what, String key) {
    return key.isEmpty()
        ? "%s of s3 bucket %s".formatted(what, config.bucket())
        : "%s of s3 bucket %s, key %s".formatted(what, config.bucket(), key);
  }

  /// Takes the body into memory, or nothing of it when there is more than `limit`.
  private static ResponseTransformer<GetObjectResponse, Answer> whole(int limit) {
    return (response, body) -> {
      long size = orZero(response.contentLength());
      if (size > limit) {
        body.abort();
        return new Answer(size, null);
      }
      return new Answer(size, exactly((int) size, body));
    };
  }

  private static byte[] exactly(int size, AbortableInputStream body) throws IOException {
    byte[] bytes = new byte[size];
    int read = body.readNBytes(bytes, 0, size);
    if (read < size) {
      throw new EOFException("the answer ended at byte " + read + " of " + size);
    }
    return bytes;
  }

  private static AwsRequestOverrideConfiguration timeout(Duration duration) {
    return AwsRequestOverrideConfiguration.builder().apiCallAttemptTimeout(duration).build();
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static Instant orEpoch(@Nullable Instant time) {
    return time == null ? Instant.EPOCH : time;
  }

  /// @param success the status that the store answers with
  private record Request(Operation operation, String what, String key, int success, int attempts) {}

  /// @param bytes null when there were too many
  private record Answer(long size, byte @Nullable [] bytes) {}

  private interface Call<T> {
    T run();
  }

  private interface Sender<T> {
    T send(RequestBody body);
  }

  private interface Condition {
    PutObjectRequest.Builder on(PutObjectRequest.Builder request);
  }

  /// Carries the source's own exception past what handles the store's.
  private static final class SourceFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final IOException reason;

    SourceFailed(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
