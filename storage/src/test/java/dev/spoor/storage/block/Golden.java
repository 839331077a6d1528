package dev.spoor.storage.block;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// One block that the reference wrote, with what the reference answered from it.
public enum Golden {
  VPARQUET3("tempo-2.10.8-vParquet3"),
  VPARQUET4("tempo-2.10.8-vParquet4"),
  VPARQUET4_TWO_ROW_GROUPS("tempo-2.10.8-vParquet4-two-row-groups"),
  VPARQUET5("tempo-2.10.8-vParquet5");

  private final String folder;

  Golden(String folder) {
    this.folder = folder;
  }

  /// A file of the block: meta.json, data.parquet, bloom-0, index.
  public byte[] blockFile(String name) throws IOException {
    return Files.readAllBytes(block().resolve(name));
  }

  /// A file of the tenant's folder, such as index.pb.zst.
  public byte[] tenantFile(String name) throws IOException {
    return Files.readAllBytes(folder().resolve("single-tenant").resolve(name));
  }

  /// One of the reference's answers, unzipped.
  public byte[] answers(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(folder().resolve(name)))) {
      return in.readAllBytes();
    }
  }

  public BlockMeta meta() throws IOException {
    return BlockMeta.parse(blockFile("meta.json"), this + " meta.json");
  }

  /// The block, its files in memory.
  public BlockReader open() throws IOException {
    return BlockReader.open(meta(), files());
  }

  public BlockParts files() throws IOException {
    return MemoryBlockParts.of(
        toString(),
        blockFile("data.parquet"),
        new byte[][] {blockFile("bloom-0")},
        Optional.of(RowGroupIndex.parse(blockFile("index"), "index")));
  }

  /// One of the files that are not zipped.
  public byte[] file(String name) throws IOException {
    return Files.readAllBytes(folder().resolve(name));
  }

  /// Copies the tenant's folder with the block below another one, as a local backend has it.
  public void copyTo(Path blocks) throws IOException {
    Path from = folder();
    try (Stream<Path> entries = Files.walk(from.resolve("single-tenant"))) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        Path to = blocks.resolve(from.relativize(entry).toString());
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        Files.copy(entry, to);
      }
    }
  }

  private Path block() throws IOException {
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder().resolve("single-tenant"), "*-*-*-*-*")) {
      return entries.iterator().next();
    }
  }

  /// In a folder of classes or in the jar that other modules have.
  private Path folder() throws IOException {
    try {
      URI uri = Objects.requireNonNull(Golden.class.getResource("/golden/" + folder)).toURI();
      if (uri.getScheme().equals("jar")) {
        openJar(uri);
      }
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static synchronized void openJar(URI uri) throws IOException {
    try {
      FileSystems.getFileSystem(uri);
    } catch (FileSystemNotFoundException notYet) {
      FileSystems.newFileSystem(uri, Map.of());
    }
  }
}
