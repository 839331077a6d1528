package dev.spoor.ingester;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder for what can't be read: it is set aside and reported, never deleted. Safe for many
/// threads.
final class Quarantine {

  private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

  private final Disk disk;
  private final Folders folders;
  private final Path directory;
  private final Map<Tenant, List<String>> entries = new ConcurrentHashMap<>();

  /// @param root the ingester's folder
  Quarantine(Disk disk, Path root) {
    this.disk = disk;
    this.folders = new Folders(disk, root);
    this.directory = root.resolve("quarantine");
  }

  /// Moves a file or folder here.
  ///
  /// @throws IOException when it can't be moved; it is where it was
  void move(Tenant tenant, Path what, Throwable reason) throws IOException {
    folders.create(directory);
    Path target = freeName(tenant.id() + "-" + what.getFileName());
    disk.rename(what, target);
    disk.syncDirectory(directory);
    note(tenant, target);
    log.error("corrupt: cannot read {}, moved it to {}", what, target, reason);
  }

  /// Keeps the bytes of a push that could not be shredded.
  void push(Tenant tenant, long sequence, Bytes body) {
    Path target = freeName(tenant.id() + "-push-" + sequence + ".otlp");
    try {
      folders.create(directory);
      try (WritableFile file = disk.create(target)) {
        file.write(ByteBuffer.wrap(body.array(), body.offset(), body.length()));
        file.sync();
      }
      disk.syncDirectory(directory);
      note(tenant, target);
    } catch (IOException failure) {
      log.error("could not set aside push {} of tenant {}", sequence, tenant, failure);
    }
  }

  /// What was set aside for a tenant since the start.
  List<String> of(Tenant tenant) {
    return entries.getOrDefault(tenant, List.of());
  }

  private void note(Tenant tenant, Path target) {
    entries
        .computeIfAbsent(tenant, t -> new CopyOnWriteArrayList<>())
        .add(String.valueOf(target.getFileName()));
  }

  private Path freeName(String name) {
    Path target = directory.resolve(name);
    for (int i = 1; disk.exists(target); i++) {
      target = directory.resolve(name + "." + i);
    }
    return target;
  }
}
