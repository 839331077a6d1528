package dev.spoor.overrides;

import dev.spoor.platform.config.YamlNode;
import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The flat spelling of limits, as Tempo had it before 2.3: `ingestion_rate_limit_bytes` for
/// `ingestion.rate_limit_bytes`.
public final class LegacyOverrides {

  private static final String GENERATOR = "metrics_generator.";

  /// The scoped paths of the keys whose flat name is the last word of the path.
  private static final List<String> LAST_WORD =
      List.of(
          "ingestion.max_traces_per_user",
          "ingestion.max_global_traces_per_user",
          "read.max_bytes_per_tag_values_query",
          "read.max_blocks_per_tag_values_query",
          "read.max_search_duration",
          "read.max_metrics_duration",
          "read.unsafe_query_hints",
          "compaction.block_retention",
          "compaction.compaction_window",
          "compaction.compaction_disabled",
          "global.max_bytes_per_trace",
          "forwarders",
          "storage.parquet_dedicated_columns",
          "cost_attribution");

  /// The scoped paths of the keys whose flat name is the whole path.
  private static final List<String> WHOLE_PATH = new ArrayList<>();

  static {
    addAll(
        "ingestion.",
        "rate_strategy rate_limit_bytes burst_size_bytes tenant_shard_size max_attribute_bytes"
            + " artificial_delay retry_info_enabled");
    addAll(
        GENERATOR,
        "ring_size processors max_active_series max_active_entities collection_interval"
            + " disable_collection trace_id_label_name remote_write_headers"
            + " generate_native_histograms native_histogram_bucket_factor"
            + " native_histogram_max_bucket_number native_histogram_min_reset_duration"
            + " ingestion_time_range_slack forwarder.queue_size forwarder.workers");
    addAll(
        GENERATOR + "processor.service_graphs.",
        "histogram_buckets dimensions peer_attributes enable_client_server_prefix"
            + " enable_messaging_system_latency_histogram enable_virtual_node_label");
    addAll(
        GENERATOR + "processor.span_metrics.",
        "histogram_buckets dimensions intrinsic_dimensions filter_policies dimension_mappings"
            + " enable_target_info target_info_excluded_dimensions enable_instance_label");
    addAll(
        GENERATOR + "processor.local_blocks.",
        "max_live_traces max_block_duration max_block_bytes flush_check_period trace_idle_period"
            + " complete_block_timeout");
    addAll(GENERATOR + "processor.host_info.", "host_identifiers metric_name");
  }

  /// Flat name to scoped path.
  private static final Map<String, String> SCOPED = scoped();

  private LegacyOverrides() {}

  private static void addAll(String prefix, String words) {
    for (String word : words.split(" ")) {
      WHOLE_PATH.add(prefix + word);
    }
  }

  private static Map<String, String> scoped() {
    Map<String, String> scoped = new LinkedHashMap<>();
    LAST_WORD.forEach(path -> scoped.put(path.substring(path.lastIndexOf('.') + 1), path));
    WHOLE_PATH.forEach(path -> scoped.put(path.replace('.', '_'), path));
    return Map.copyOf(scoped);
  }

  /// Whether a key is one of the flat spelling and of no other: `forwarders` is the same in both.
  static boolean isFlatOnly(String key) {
    return SCOPED.containsKey(key) && !key.equals(SCOPED.get(key));
  }

  /// Whether a key names a section of the scoped spelling.
  static boolean isScopedOnly(String key) {
    return SCOPED.values().stream().anyMatch(path -> path.startsWith(key + "."));
  }

  /// Flat names to scoped paths, as they are below `defaults`.
  public static Map<String, String> names() {
    return SCOPED;
  }

  /// The flat names in a mapping, in the order of the file.
  public static List<String> flatKeys(Mapping limits) {
    return limits.members().keySet().stream().filter(SCOPED::containsKey).toList();
  }

  /// The mapping with its flat names moved to their scoped paths below `prefix`, which is empty or
  /// ends with a dot. Places in the file stay what they were.
  public static Mapping toScoped(Mapping limits, String prefix) {
    Mapping scoped = limits;
    for (String flat : flatKeys(limits)) {
      Member member = limits.members().get(flat);
      if (member != null) {
        YamlNode value = member.value();
        scoped = scoped.without(flat).with(prefix + SCOPED.get(flat), value);
      }
    }
    return scoped;
  }
}
