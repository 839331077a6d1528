package dev.spoor.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A configuration file: keys with dots between the levels, and their values as YAML. Immutable.
record Settings(SortedMap<String, String> values) {

  private static final String OTLP = "distributor.receivers.otlp.protocols.";

  /// One process on free loopback ports, log and blocks below a folder, that hurries: a trace is
  /// cut after 100 ms and is a stored block after a second.
  static Settings in(Path folder) {
    return new Settings(new TreeMap<>())
        .with("server.http_listen_address", "127.0.0.1")
        .with("server.http_listen_port", "0")
        .with("server.grpc_listen_address", "127.0.0.1")
        .with("server.grpc_listen_port", "0")
        .with(OTLP + "grpc.endpoint", "127.0.0.1:0")
        .with(OTLP + "http.endpoint", "127.0.0.1:0")
        .with("ingester.trace_idle_period", "100ms")
        .with("ingester.flush_check_period", "100ms")
        .with("ingester.max_block_duration", "1s")
        .with("ingester.max_block_bytes", "100000000")
        .with("ingester.complete_block_timeout", "2s")
        .with("overrides.defaults.ingestion.rate_limit_bytes", "1000000000")
        .with("overrides.defaults.ingestion.burst_size_bytes", "1000000000")
        .with("overrides.defaults.ingestion.max_traces_per_user", "0")
        .with("storage.trace.blocklist_poll", "1s")
        .with("storage.trace.backend", "local")
        .with("storage.trace.local.path", folder.resolve("blocks").toString())
        .with("storage.trace.wal.path", folder.resolve("wal").toString());
  }

  Settings with(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(values);
    more.put(key, value);
    return new Settings(more);
  }

  /// Nothing is cut, unless somebody asks for it.
  Settings keepingTracesLive() {
    return with("ingester.trace_idle_period", "1h")
        .with("ingester.trace_live_period", "1h")
        .with("ingester.max_block_duration", "1h");
  }

  /// However old blocks are, retention leaves them.
  Settings keepingOldBlocks() {
    return with("compactor.compaction.block_retention", "1000000h");
  }

  /// The file, in a folder that exists.
  Path writeTo(Path folder) throws IOException {
    return Files.writeString(folder.resolve("spoor.yaml"), yaml());
  }

  String yaml() {
    StringBuilder yaml = new StringBuilder();
    List<String> open = List.of();
    for (var entry : values.entrySet()) {
      List<String> path = List.of(entry.getKey().split("\\."));
      List<String> parents = path.subList(0, path.size() - 1);
      int common = 0;
      while (common < Math.min(open.size(), parents.size())
          && open.get(common).equals(parents.get(common))) {
        common++;
      }
      for (int level = common; level < parents.size(); level++) {
        yaml.append("  ".repeat(level)).append(parents.get(level)).append(":\n");
      }
      yaml.append("  ".repeat(parents.size()))
          .append(path.getLast())
          .append(": ")
          .append(entry.getValue())
          .append('\n');
      open = new ArrayList<>(parents);
    }
    return yaml.toString();
  }
}
