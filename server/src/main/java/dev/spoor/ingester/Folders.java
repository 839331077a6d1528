package dev.spoor.ingester;

import dev.spoor.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Folders below the ingester's own that are still there after a power cut, with what is then put
/// into them. Safe for many threads.
final class Folders {

  private final Disk disk;
  private final Path root;

  /// Known to be safe, from this process's own syncs.
  private final Set<Path> safe = ConcurrentHashMap.newKeySet();

  /// @param root exists, and is safe
  Folders(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
  }

  /// Makes a folder and those between it and the root, each safe in the one that holds it: a file
  /// that is synced in a folder which is not would be lost with it.
  ///
  /// @param folder below the root
  void create(Path folder) throws IOException {
    if (safe.contains(folder)) {
      return;
    }
    disk.createDirectories(folder);
    List<Path> chain = new ArrayList<>();
    for (Path each = folder; each != null && !each.equals(root); each = each.getParent()) {
      chain.add(each);
    }
    for (Path each : chain.reversed()) {
      Path parent = each.getParent();
      disk.syncDirectory(parent == null ? root : parent);
    }
    safe.addAll(chain);
  }
}
