package dev.spoor.storage;

import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.objectstore.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A block that is complete in a folder of this machine.
///
/// @param metaJson the bytes of its meta.json
public record LocalBlock(Disk disk, Path folder, BlockMeta meta, byte[] metaJson) {

  /// @throws IOException when there is no meta.json, or none that can be understood
  public static LocalBlock open(Disk disk, Path folder) throws IOException {
    Path file = folder.resolve(BlockFiles.META);
    ObjectSource source = ObjectSource.of(disk, file);
    try (InputStream in = source.open(0, source.length())) {
      byte[] json = in.readAllBytes();
      return new LocalBlock(disk, folder, BlockMeta.parse(json, file.toString()), json);
    }
  }

  /// What belongs to the block beside its meta, in the order in which it is published; optional
  /// files only if they are there.
  List<String> files() {
    List<String> names = new ArrayList<>();
    names.add(BlockFiles.DATA);
    addIfThere(names, BlockFiles.NO_COMPACT);
    for (int shard = 0; shard < meta.bloomShardCount(); shard++) {
      names.add(BlockFiles.bloom(shard));
    }
    addIfThere(names, BlockFiles.INDEX);
    addIfThere(names, BlockFiles.SPOOR_INDEX);
    return names;
  }

  ObjectSource content(String name) throws IOException {
    return ObjectSource.of(disk, folder.resolve(name));
  }

  private void addIfThere(List<String> names, String name) {
    if (disk.exists(folder.resolve(name))) {
      names.add(name);
    }
  }
}
