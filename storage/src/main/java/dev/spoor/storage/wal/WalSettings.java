package dev.spoor.storage.wal;

import java.nio.file.Path;
import java.time.Duration;

/// What one log needs to know, besides its configuration.
///
/// @param directory made when it is missing; nobody else may use it
/// @param nodeId named in the lock and in segments, for those who find them later
/// @param minFreeBytes refuse records when the volume has less room than this; they are taken again
///   when it has half as much more
/// @param reserveBytes size of a file that is given up to finish something on a full volume; 0 for
///   none
/// @param queueBytes refuse records when this much waits for the writer
/// @param spaceCheckInterval between two looks at the room on the volume
public record WalSettings(
    Path directory,
    String nodeId,
    WalConfig config,
    long minFreeBytes,
    long reserveBytes,
    long queueBytes,
    Duration spaceCheckInterval) {

  private static final long GIB = 1L << 30;

  /// The settings of an ingester whose blocks grow to `maxBlockBytes`.
  public static WalSettings of(
      Path directory, String nodeId, WalConfig config, long maxBlockBytes) {
    return new WalSettings(
        directory,
        nodeId,
        config,
        Math.max(GIB, 2 * maxBlockBytes),
        64L << 20,
        64L << 20,
        Duration.ofSeconds(1));
  }
}
