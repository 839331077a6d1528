package dev.spoor.storage.objectstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// One large object on its way, part by part. Nobody sees it before the last step.
final class MultipartUpload {

  /// What S3 allows.
  private static final long MIN_PART = 5L << 20;

  private static final int MAX_PARTS = 10_000;
  private static final long AUTOMATIC_PART = 16L << 20;

  private final S3ObjectStore store;
  private final String key;
  private final ObjectSource source;
  private final long partSize;

  MultipartUpload(S3ObjectStore store, String key, ObjectSource source, long partSize) {
    this.store = store;
    this.key = key;
    this.source = source;
    this.partSize = partSize;
  }

  /// @param configured 0 is automatic; raised to what S3 takes, and so that the parts suffice
  static long partSize(long configured, long length) {
    long wanted = configured == 0 ? AUTOMATIC_PART : Math.max(MIN_PART, configured);
    return Math.max(wanted, Math.ceilDiv(length, MAX_PARTS));
  }

  /// @return the tag of the object
  String run() throws IOException {
    String upload = store.startUpload(key);
    try {
      return store.completeUpload(key, upload, sendParts(upload));
    } catch (IOException | RuntimeException failure) {
      abort(upload, failure);
      throw failure;
    }
  }

  private List<CompletedPart> sendParts(String upload) throws IOException {
    List<CompletedPart> parts = new ArrayList<>();
    for (long offset = 0; offset < source.length(); offset += partSize) {
      long length = Math.min(partSize, source.length() - offset);
      parts.add(store.uploadPart(key, upload, parts.size() + 1, source, offset, length));
    }
    return parts;
  }

  private void abort(String upload, Exception failure) {
    try {
      store.abortUpload(key, upload);
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }
}
