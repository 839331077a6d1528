package dev.spoor.platform.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What every disk does.
abstract class DiskContract {

  abstract Disk disk();

  /// An empty folder.
  abstract Path directory();

  @Test
  void whatIsAppendedIsReadAtAnyPosition() throws Exception {
    Path path = directory().resolve("f");
    try (WritableFile file = disk().create(path);
        ReadableFile reader = disk().open(path)) {
      file.write(bytes("hello "));
      assertThat(reader.size()).isEqualTo(6);
      ByteBuffer part = ByteBuffer.allocateDirect(5).put(bytes("world")).flip();
      file.write(part);
      file.sync();

      assertThat(part.hasRemaining()).isFalse();
      assertThat(file.position()).isEqualTo(11);
      assertThat(text(reader, 4, 5)).isEqualTo("o wor");
      assertThat(text(reader, 9, 100)).isEqualTo("ld");
      assertThat(text(reader, 11, 1)).isEmpty();
      assertThat(text(reader, 50, 1)).isEmpty();
    }
    assertThat(disk().size(path)).isEqualTo(11);
    assertThat(disk().lastModified(path)).isNotNull();
  }

  @Test
  void aReadFillsTheTargetFromWhereItStands() throws Exception {
    Path path = written("f", "abcdef");
    try (ReadableFile reader = disk().open(path)) {
      ByteBuffer target = ByteBuffer.allocate(8).position(3).limit(7);
      assertThat(reader.read(target, 1)).isEqualTo(4);
      assertThat(new String(target.array(), 3, 4, UTF_8)).isEqualTo("bcde");
    }
  }

  @Test
  void aFileIsNotMadeTwice() throws Exception {
    Path path = written("f", "x");
    assertThatThrownBy(() -> disk().create(path))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void aMissingFileOrFolderIsNamed() {
    Path missing = directory().resolve("missing");
    assertMissing(missing, () -> disk().open(missing));
    assertMissing(missing, () -> disk().size(missing));
    assertMissing(missing, () -> disk().lastModified(missing));
    assertMissing(missing, () -> disk().list(missing));
    assertMissing(missing, () -> disk().syncDirectory(missing));
    assertMissing(missing, () -> disk().truncate(missing, 0));
    assertMissing(missing, () -> disk().rename(missing, directory().resolve("other")));
    assertMissing(missing, () -> disk().create(missing.resolve("f")));
    assertThat(disk().exists(missing)).isFalse();
    assertThat(disk().isDirectory(missing)).isFalse();
  }

  @Test
  void aFolderThatIsRenamedKeepsItsContent() throws Exception {
    Path from = directory().resolve("from");
    disk().createDirectories(from);
    try (WritableFile file = disk().create(from.resolve("f"))) {
      file.write(bytes("content"));
      file.sync();
    }
    disk().syncDirectory(from);
    Path to = directory().resolve("to");
    disk().rename(from, to);

    assertThat(disk().list(to)).containsExactly(to.resolve("f"));
    assertThat(disk().size(to.resolve("f"))).isEqualTo(7);
    assertThat(disk().exists(from)).isFalse();
  }

  @Test
  void aRenameReplaces() throws Exception {
    Path from = written("from", "new");
    Path to = written("to", "old");
    disk().rename(from, to);
    disk().syncDirectory(directory());
    assertThat(disk().exists(from)).isFalse();
    assertThat(content(to)).isEqualTo("new");
  }

  @Test
  void deletingWhatIsNotThereIsNoFailure() throws Exception {
    Path path = written("f", "x");
    disk().delete(path);
    disk().delete(path);
    assertThat(disk().exists(path)).isFalse();
  }

  @Test
  void foldersAreMadeOnceAndListedInOrder() throws Exception {
    Path deep = directory().resolve("a/b/c");
    disk().createDirectories(deep);
    disk().createDirectories(deep);
    assertThat(disk().isDirectory(deep)).isTrue();
    for (String name : List.of("b", "c", "a")) {
      disk().create(deep.resolve(name)).close();
    }
    assertThat(disk().list(deep))
        .containsExactly(deep.resolve("a"), deep.resolve("b"), deep.resolve("c"));
    assertThat(disk().list(directory())).containsExactly(directory().resolve("a"));
  }

  @Test
  void aFileIsCutAndNeverMadeLonger() throws Exception {
    Path path = written("f", "hello world");
    disk().truncate(path, 5);
    assertThat(content(path)).isEqualTo("hello");
    disk().truncate(path, 50);
    assertThat(content(path)).isEqualTo("hello");
  }

  @Test
  void aLockIsHeldOnceAndGivenBackByClosing() throws Exception {
    Path file = directory().resolve("LOCK");
    DirectoryLock held = disk().lock(file, "node=a");
    assertThatThrownBy(() -> disk().lock(file, "node=b"))
        .isInstanceOfSatisfying(
            LockedException.class, it -> assertThat(it.holder()).isEqualTo("node=a"));
    held.close();
    held.close();

    try (DirectoryLock again = disk().lock(file, "node=b")) {
      assertThat(again.isIntact()).isTrue();
      disk().delete(file);
      assertThat(again.isIntact()).isFalse();
    }
  }

  @Test
  void aClosedFileIsClosedTwiceAndNotWrittenTo() throws Exception {
    WritableFile file = disk().create(directory().resolve("f"));
    file.close();
    file.close();
    assertThatThrownBy(() -> file.write(bytes("x"))).isInstanceOf(IOException.class);
  }

  @Test
  void spaceIsKnown() throws Exception {
    assertThat(disk().usableSpace(directory()))
        .isPositive()
        .isLessThanOrEqualTo(disk().totalSpace(directory()));
  }

  Path written(String name, String content) throws IOException {
    Path path = directory().resolve(name);
    try (WritableFile file = disk().create(path)) {
      file.write(bytes(content));
    }
    return path;
  }

  String content(Path path) throws IOException {
    try (ReadableFile file = disk().open(path)) {
      return text(file, 0, (int) file.size());
    }
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String text(ReadableFile file, long position, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = file.read(target, position);
    assertThat(count).isEqualTo(target.position());
    return new String(target.array(), 0, count, UTF_8);
  }

  private static void assertMissing(Path path, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(path.toString());
  }
}
