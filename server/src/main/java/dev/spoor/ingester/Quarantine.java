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
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder for what can't be read: it is set aside and reported, never deleted. Safe for many
/// threads.
final class Quarantine {

  private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

  private final Disk disk;
  private final Folders folders;
  private final Path directory;
  private final Map<Tenant, CopyOnWriteArrayList<String>> entries = new ConcurrentHashMap<>();

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

  /// Moves what was told of before, and is not needed any more.
  void keep(Tenant tenant, Path what) throws IOException {
    folders.create(directory);
    Path target = freeName(tenant.id() + "-" + what.getFileName());
    disk.rename(what, target);
    disk.syncDirectory(directory);
    log.info("what could be read of {} is elsewhere now, moved it to {}", what, target);
  }

  /// Tells queries that something is missing.
  void report(Tenant tenant, String text) {
    entries.computeIfAbsent(tenant, t -> new CopyOnWriteArrayList<>()).addIfAbsent(text);
  }

  /// Keeps the bytes of a push that could not be shredded. Doing it again changes nothing.
  ///
  /// @throws IOException when that fails: the push is still only in the log
  void push(Tenant tenant, long sequence, Bytes body) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(body.array(), body.offset(), body.length());
    String name = "%s-push-%d-%08x.otlp".formatted(tenant.id(), sequence, crc.getValue());
    Path target = directory.resolve(name);
    if (!disk.exists(target)) {
      folders.create(directory);
      Path unfinished = directory.resolve(name + ".tmp");
      disk.delete(unfinished);
      try (WritableFile file = disk.create(unfinished)) {
        file.write(ByteBuffer.wrap(body.array(), body.offset(), body.length()));
        file.sync();
      }
      disk.rename(unfinished, target);
    }
    disk.syncDirectory(directory);
    note(tenant, target);
  }

  /// What was set aside for a tenant since the start.
  List<String> of(Tenant tenant) {
    List<String> known = entries.get(tenant);
    return known == null ? List.of() : List.copyOf(known);
  }

  private void note(Tenant tenant, Path target) {
    report(tenant, String.valueOf(target.getFileName()));
  }

  private Path freeName(String name) {
    Path target = directory.resolve(name);
    for (int i = 1; disk.exists(target); i++) {
      target = directory.resolve(name + "." + i);
    }
    return target;
  }
}
