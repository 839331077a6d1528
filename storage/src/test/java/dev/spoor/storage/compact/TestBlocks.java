package dev.spoor.storage.compact;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.BuiltBlock;
import dev.spoor.storage.block.DiskBlock;
import dev.spoor.storage.block.SpanText;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Blocks on disk for tests of merging, and what is in them.
public final class TestBlocks {

  private TestBlocks() {}

  /// Small row groups, so that blocks have several.
  public static BlockBuilder builder() {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    return new BlockBuilder(
        new BlockBuilderConfig(
            defaults.profile(),
            1,
            defaults.rowGroupBytes(),
            3000,
            defaults.bloomFalsePositive(),
            defaults.bloomShardBytes()));
  }

  public static BlockReader write(Disk disk, Path folder, SpanColumns... inputs)
      throws IOException {
    UUID id = UUID.randomUUID();
    List<SpanColumnsCursor> cursors = new ArrayList<>();
    for (SpanColumns input : inputs) {
      cursors.add(SpanColumnsCursor.of(input));
    }
    Path directory = folder.resolve(id.toString());
    BuiltBlock built =
        builder().build(BlockSpec.fresh(id, Tenant.SINGLE, 1000), cursors, disk, directory);
    return open(disk, directory, built.meta());
  }

  public static BlockReader open(Disk disk, Path folder, BlockMeta meta) throws IOException {
    return BlockReader.open(meta, DiskBlock.open(disk, folder, meta));
  }

  /// All spans of a block, each with everything that it has.
  public static List<String> spans(BlockReader block) throws IOException {
    List<String> lines = new ArrayList<>();
    try (SpanColumnsCursor cursor = block.columns(500, Integer.MAX_VALUE)) {
      for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
        lines.addAll(SpanText.of(batch));
      }
    }
    return lines;
  }

  /// What merging blocks should give, in the simplest way: every span once, the first one's.
  public static List<String> merged(List<BlockReader> blocks) throws IOException {
    List<String> lines = new ArrayList<>();
    Set<List<String>> seen = new HashSet<>();
    for (BlockReader block : blocks) {
      for (String line : spans(block)) {
        String[] words = line.split(" ", 3);
        String kind = line.replaceFirst("(?s).* kind (\\d+) time .*", "$1");
        if (seen.add(List.of(words[0], words[1], kind))) {
          lines.add(line);
        }
      }
    }
    lines.sort(null);
    return lines;
  }

  /// One trace with `spans` spans whose ids begin at `firstId`.
  public static SpanColumns trace(long idLow, long firstId, int spans) {
    SpanColumnsBuilder to = new SpanColumnsBuilder();
    for (int service = 0; service < 3; service++) {
      to.resourceAttribute(
          to.strings().intern("service.name"),
          ValueType.STRING,
          to.strings().intern("service " + service));
      to.endResource(0);
    }
    to.endScope(to.strings().intern("scope"), 0, 0);
    to.endScope(to.strings().intern("other scope"), 0, 0);
    for (int i = 0; i < spans; i++) {
      long id = firstId + i;
      SpanColumnsBuilder.Span span = to.span();
      span.traceIdLow = idLow;
      span.spanId = id;
      span.hasParent = id > 1;
      span.parentSpanId = id > 1 ? id / 2 : 0;
      span.startNanos = 1_790_000_000_000_000_000L + id * 1000;
      span.endNanos = span.startNanos + 500;
      span.name = to.strings().intern("operation " + id % 17);
      span.kind = 1 + (int) (id % 5);
      span.resource = (int) (id % 3);
      span.scope = (int) (id % 2);
      to.spanAttribute(to.strings().intern("number"), ValueType.INT, id);
      to.spanAttribute(
          to.strings().intern("http.method"),
          ValueType.STRING,
          to.strings().intern(id % 2 == 0 ? "GET" : "POST"));
      if (id % 7 == 0) {
        to.eventAttribute(
            to.strings().intern("of"), ValueType.STRING, to.strings().intern("span " + id));
        to.endEvent(span.startNanos + 1, to.strings().intern("event"), 0);
      }
      if (id % 11 == 0) {
        to.endLink(to.strings().intern("0123456789abcdef"), to.strings().intern("12345678"), 0, 0);
      }
      to.endSpan();
    }
    return to.build();
  }
}
