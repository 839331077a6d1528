package dev.spoor.ingester;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.platform.disk.WritableFile;
import dev.spoor.platform.lifecycle.Component;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ingester's tokens, and the file that keeps them over restarts: `{"tokens":[…]}`, numbers of
/// 32 bits without a sign, as Cortex, Mimir and Tempo write it.
///
/// A file that can't be understood is kept under another name, and the tokens are new. One that
/// can't be read or written is left as it is, and is no reason not to start. Started after the
/// ingester, whose lock keeps others out.
public final class RingTokens implements Component {

  private static final Logger log = LoggerFactory.getLogger(RingTokens.class);

  private static final long LIMIT = 1L << 32;
  private static final int LONGEST_FILE = 4 << 20;
  private static final Pattern FILE = Pattern.compile("\\{\"tokens\":\\[([0-9,]*)\\]\\}");

  private final LifecyclerConfig config;
  private final Disk disk;
  private final RandomGenerator random;

  /// Written by `start`.
  private volatile List<Long> tokens = List.of();

  public RingTokens(LifecyclerConfig config, Disk disk, RandomGenerator random) {
    this.config = config;
    this.disk = disk;
    this.random = random;
  }

  /// Ascending; none before the start.
  public List<Long> tokens() {
    return tokens;
  }

  /// Takes the tokens of the file, and as many new ones as are missing.
  @Override
  public void start() {
    if (config.tokensFilePath().isEmpty()) {
      tokens = completed(List.of());
      return;
    }
    Path file = Path.of(config.tokensFilePath()).toAbsolutePath();
    try {
      tokens = keptIn(file);
    } catch (IOException failure) {
      tokens = completed(List.of());
      log.error("{} can't keep tokens, they are new at each start", file, failure);
    }
  }

  private List<Long> keptIn(Path file) throws IOException {
    List<Long> kept = kept(file);
    List<Long> all = completed(kept);
    if (!all.equals(kept)) {
      write(file, all);
      log.info("{} new tokens, all {} are in {}", all.size() - kept.size(), all.size(), file);
    }
    return all;
  }

  @Override
  public void close() {}

  private List<Long> completed(Collection<Long> some) {
    TreeSet<Long> all = new TreeSet<>(some);
    while (all.size() < config.numTokens()) {
      all.add(random.nextLong(LIMIT));
    }
    return List.copyOf(all);
  }

  private List<Long> kept(Path file) throws IOException {
    if (!disk.exists(file)) {
      return List.of();
    }
    Optional<List<Long>> kept = parsed(read(file));
    if (kept.isEmpty()) {
      Path copy = freeName(file);
      disk.rename(file, copy);
      disk.syncDirectory(folderOf(file));
      log.warn("{} can't be understood: it is {} now, and the tokens are new", file, copy);
    }
    return kept.orElse(List.of());
  }

  private String read(Path file) throws IOException {
    try (ReadableFile readable = disk.open(file)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(readable.size(), LONGEST_FILE));
      readable.read(content, 0);
      return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
    }
  }

  /// Ascending, each once; empty when this is no list of tokens.
  private static Optional<List<Long>> parsed(String text) {
    Matcher list = FILE.matcher(text.replaceAll("\\s", ""));
    if (!list.matches()) {
      return Optional.empty();
    }
    TreeSet<Long> tokens = new TreeSet<>();
    for (String number : list.group(1).split(",", -1)) {
      if (number.isEmpty() || number.length() > 10 || Long.parseLong(number) >= LIMIT) {
        return Optional.empty();
      }
      tokens.add(Long.parseLong(number));
    }
    return Optional.of(List.copyOf(tokens));
  }

  private void write(Path file, List<Long> all) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    String numbers = all.stream().map(String::valueOf).collect(Collectors.joining(","));
    make(folderOf(file));
    disk.delete(unfinished);
    try (WritableFile target = disk.create(unfinished)) {
      String text = "{\"tokens\":[%s]}".formatted(numbers);
      target.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      target.sync();
    }
    disk.rename(unfinished, file);
    disk.syncDirectory(folderOf(file));
  }

  private void make(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent == null || disk.isDirectory(folder)) {
      return;
    }
    make(parent);
    disk.createDirectories(folder);
    disk.syncDirectory(parent);
  }

  private Path freeName(Path file) {
    Path copy = file.resolveSibling(file.getFileName() + ".corrupt");
    for (int i = 1; disk.exists(copy); i++) {
      copy = file.resolveSibling(file.getFileName() + ".corrupt." + i);
    }
    return copy;
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    return folder == null ? file : folder;
  }
}
