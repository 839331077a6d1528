package dev.spoor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What Linux counts for a process, from `/proc`.
///
/// @param pid of the process
record ProcessStats(long pid) {

  private static final double TICKS_PER_SECOND = 100;
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  static boolean available() {
    return Files.isReadable(Path.of("/proc/self/stat"));
  }

  /// CPU time so far, in user mode and in the kernel, of all threads.
  ///
  /// @throws IOException when the process is gone
  double cpuSeconds() throws IOException {
    return cpuSeconds(Files.readString(Path.of("/proc/%d/stat".formatted(pid))));
  }

  private static double cpuSeconds(String stat) {
    // The name in parentheses may hold spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return ticks / TICKS_PER_SECOND;
  }

  /// CPU seconds by name of the thread; of threads that have ended nothing is known.
  Map<String, Double> cpuOfThreads() throws IOException {
    Map<String, Double> threads = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/%d/task".formatted(pid)))) {
      for (Path task : tasks.toList()) {
        try {
          String stat = Files.readString(task.resolve("stat"));
          String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
          threads.merge(name, cpuSeconds(stat), Double::sum);
        } catch (NoSuchFileException ended) {
          // Between the listing and now.
        }
      }
    }
    return threads;
  }

  /// Resident memory at one moment, in bytes.
  ///
  /// @param resident all of it
  /// @param anonymous what belongs to no file
  record Memory(long resident, long anonymous) {}

  Memory memory() throws IOException {
    return new Memory(statusKiB("VmRSS:") << 10, statusKiB("RssAnon:") << 10);
  }

  /// Resident memory now.
  long residentBytes() throws IOException {
    return statusKiB("VmRSS:") << 10;
  }

  /// The most that was ever resident.
  long peakResidentBytes() throws IOException {
    return statusKiB("VmHWM:") << 10;
  }

  private long statusKiB(String key) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/%d/status".formatted(pid)));
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("process %d shows no %s".formatted(pid, key)));
  }
}
