package dev.spoor.storage.wal;

/// What a log tells about itself. Methods are called by the threads that do the work: cheap, and
/// without exceptions.
public interface WalMetrics {

  /// Written to the segment and acknowledged.
  ///
  /// @param bytes with headers
  void logged(int records, long bytes);

  void synced(double seconds);

  void refused(WalRefusedException.Reason reason);

  /// A range of a segment, or a checkpoint, that can't be read.
  void corrupted(long bytes);

  /// What a power cut left of the last write: bytes after the last whole record of the last
  /// segment.
  void tornTail(long bytes);

  /// Called from time to time, and once at the end of a replay.
  ///
  /// @param records delivered so far
  /// @param ratio of the bytes to read, 0 to 1
  /// @param seconds since the replay began
  void replayProgress(long records, double ratio, double seconds);

  void checkpointed(double seconds, long bytes);

  void checkpointFailed();

  void checkpointsDeleted(int count);

  void checkpointDeletionFailed();

  /// One round of removing old segments.
  void truncated(int segments, double seconds);

  /// Bytes of segments and checkpoints now.
  void size(long bytes);

  /// The volume of the log, looked up from time to time.
  ///
  /// @param available bytes that can still be written
  /// @param size of the volume in bytes
  void disk(long available, long size);

  /// Tells nobody.
  WalMetrics NONE =
      new WalMetrics() {
        @Override
        public void logged(int records, long bytes) {}

        @Override
        public void synced(double seconds) {}

        @Override
        public void refused(WalRefusedException.Reason reason) {}

        @Override
        public void corrupted(long bytes) {}

        @Override
        public void tornTail(long bytes) {}

        @Override
        public void replayProgress(long records, double ratio, double seconds) {}

        @Override
        public void checkpointed(double seconds, long bytes) {}

        @Override
        public void checkpointFailed() {}

        @Override
        public void checkpointsDeleted(int count) {}

        @Override
        public void checkpointDeletionFailed() {}

        @Override
        public void truncated(int segments, double seconds) {}

        @Override
        public void size(long bytes) {}

        @Override
        public void disk(long available, long size) {}
      };
}
