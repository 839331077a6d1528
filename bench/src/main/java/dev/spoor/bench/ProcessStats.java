package dev.spoor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
    // The name in parentheses may hold spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return ticks / TICKS_PER_SECOND;
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
