package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/// What an ingester works with.
///
/// @param published told of each block when the object store has it, before the local copy may go
public record IngesterParts(
    Disk disk,
    BlockStore store,
    BiConsumer<Tenant, BlockMeta> published,
    Overrides overrides,
    InstantSource clock,
    IngesterMetrics metrics) {}
