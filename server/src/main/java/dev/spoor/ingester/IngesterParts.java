package dev.spoor.ingester;

import dev.spoor.overrides.Overrides;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.BlockStore;
import java.time.InstantSource;

/// What an ingester works with.
public record IngesterParts(
    Disk disk, BlockStore store, Overrides overrides, InstantSource clock, IngesterMetrics metrics) {}
