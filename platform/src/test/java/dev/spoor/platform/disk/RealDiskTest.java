package dev.spoor.platform.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealDiskTest extends DiskContract {

  /// A device that is always full, where there is one.
  private static final Path FULL = Path.of("/dev/full");

  private final RealDisk disk = new RealDisk();

  @TempDir private Path directory;

  @Override
  Disk disk() {
    return disk;
  }

  @Override
  Path directory() {
    return directory;
  }

  @Test
  void theSystemsWordsForAFullDiskAreRecognised() {
    IOException full =
        RealDisk.Failures.named(Path.of("/x/7"), new IOException("No space left on device"));
    assertThat(full)
        .isInstanceOf(DiskFullException.class)
        .hasMessage("/x/7: no space left on device");
    assertThat(RealDisk.Failures.named(Path.of("/x/7"), new IOException("Disk quota exceeded")))
        .isInstanceOf(DiskFullException.class);
    assertThat(RealDisk.Failures.named(Path.of("/x/7"), new IOException("Input/output error")))
        .isNotInstanceOf(DiskFullException.class)
        .hasMessage("/x/7: Input/output error");
  }

  @Test
  void aFullDeviceIsAFullDisk() throws Exception {
    if (!Files.exists(FULL)) {
      assertThat(System.getProperty("os.name")).isNotEqualTo("Linux");
      return;
    }
    try (RealWritableFile file =
        new RealWritableFile(FULL, FileChannel.open(FULL, StandardOpenOption.WRITE))) {
      assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[10])))
          .isInstanceOf(DiskFullException.class)
          .hasMessage("/dev/full: no space left on device");
    }
  }

  @Test
  void anotherProcessIsRefusedAndToldWhoHasTheLock() throws Exception {
    Path file = directory.resolve("LOCK");
    try (DirectoryLock held = disk.lock(file, "node=a pid=1\n")) {
      assertThatThrownBy(() -> disk.lock(file, "node=b"))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("node=a pid=1");
      assertThat(held.isIntact()).isTrue();
      assertThat(lockFromAnotherProcess(file)).contains("is locked by node=a pid=1");
    }
    assertThat(lockFromAnotherProcess(file)).contains("got it");
  }

  @Test
  void aLockFileThatWasReplacedIsNoticed() throws Exception {
    Path file = directory.resolve("LOCK");
    try (DirectoryLock held = disk.lock(file, "me")) {
      Path other = Files.writeString(directory.resolve("other"), "me");
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertThat(held.isIntact()).isFalse();
    }
  }

  @Test
  void anInterruptedReaderDoesNotCloseTheFileForTheOthers() throws Exception {
    Path path = Files.write(directory.resolve("shared"), new byte[100_000]);
    try (ReadableFile file = disk.open(path)) {
      FutureTask<Integer> read =
          new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            return file.read(ByteBuffer.allocate(10), 0);
          });
      Thread.ofPlatform().start(read);
      assertThatThrownBy(read::get)
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining("shared");

      assertThat(file.read(ByteBuffer.allocate(200_000), 0)).isEqualTo(100_000);
      assertThat(file.size()).isEqualTo(100_000);
    }
  }

  @Test
  void aClosedFileIsNotOpenedAgain() throws Exception {
    Path path = Files.write(directory.resolve("closed"), new byte[1]);
    ReadableFile file = disk.open(path);
    file.close();
    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("closed");
  }

  private static String lockFromAnotherProcess(Path file) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockTaker.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  static final class LockTaker {

    private LockTaker() {}

    public static void main(String[] arguments) throws Exception {
      try (DirectoryLock held = new RealDisk().lock(Path.of(arguments[0]), "other")) {
        System.out.println("got it: " + held.isIntact());
      }
    }
  }
}
