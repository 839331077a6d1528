package dev.spoor.overrides;

import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.config.ConfigBinder;
import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.config.YamlNode;
import dev.spoor.platform.config.YamlNode.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one tenant has set itself, as the JSON that is stored and as what it means.
public final class UserOverrides {

  private static final ConfigBinder<UserLimits> BINDER =
      new ConfigBinder<>(UserLimits.class, AcceptedKeys.none());

  /// Objects that are there in every answer, even when nothing in them is set.
  private static final List<String> ALWAYS =
      List.of(
          "cost_attribution",
          "metrics_generator",
          "metrics_generator.processor",
          "metrics_generator.processor.service_graphs",
          "metrics_generator.processor.span_metrics",
          "metrics_generator.processor.host_info");

  /// What the per-tenant file may say of the same.
  private static final List<String> SHARED =
      List.of(
          "forwarders",
          "cost_attribution.dimensions",
          "metrics_generator.processors",
          "metrics_generator.disable_collection",
          "metrics_generator.collection_interval",
          "metrics_generator.trace_id_label_name",
          "metrics_generator.ingestion_time_range_slack",
          "metrics_generator.generate_native_histograms",
          "metrics_generator.native_histogram_max_bucket_number",
          "metrics_generator.native_histogram_bucket_factor",
          "metrics_generator.native_histogram_min_reset_duration",
          "metrics_generator.processor.service_graphs",
          "metrics_generator.processor.span_metrics",
          "metrics_generator.processor.host_info");

  private final Mapping tree;
  private final UserLimits limits;

  private UserOverrides(Mapping tree, UserLimits limits) {
    this.tree = tree;
    this.limits = limits;
  }

  /// @param name of the text, for messages
  /// @throws ConfigException with everything that is wrong, each with its place
  public static UserOverrides parse(String name, byte[] json) throws ConfigException {
    return of(JsonTree.read(name, json));
  }

  private static UserOverrides of(Mapping tree) throws ConfigException {
    return new UserOverrides(tree, BINDER.bind(tree, UserLimits.DEFAULTS, List.of()).config());
  }

  /// After a JSON merge patch.
  ///
  /// @throws ConfigException when the patch is no JSON object, or the result makes no sense
  public UserOverrides patched(String name, byte[] patch) throws ConfigException {
    return of(JsonTree.patched(tree, JsonTree.read(name, patch)));
  }

  /// A patch of nothing.
  ///
  /// @throws ConfigException as above
  public static UserOverrides ofPatch(String name, byte[] patch) throws ConfigException {
    Mapping read = JsonTree.read(name, patch);
    return of(JsonTree.patched(Mapping.empty(read.at()), read));
  }

  public UserLimits limits() {
    return limits;
  }

  /// As it is stored and answered.
  public byte[] toJson() {
    return JsonTree.write(complete(tree));
  }

  /// As JSON, over what the per-tenant file says of the same; names of processors of both.
  public byte[] toJsonOver(Mapping entry) {
    Mapping under = shared(entry);
    Mapping merged = JsonTree.patched(under, tree);
    String processors = "metrics_generator.processors";
    if (under.find(processors) instanceof YamlNode.Sequence below
        && tree.find(processors) instanceof YamlNode.Sequence own) {
      merged = merged.with(processors, union(below, own));
    }
    return JsonTree.write(complete(merged));
  }

  private static YamlNode.Sequence union(YamlNode.Sequence below, YamlNode.Sequence own) {
    Map<String, YamlNode> byName = new LinkedHashMap<>();
    for (YamlNode.Sequence names : List.of(below, own)) {
      for (YamlNode item : names.items()) {
        if (item instanceof YamlNode.Scalar scalar) {
          byName.putIfAbsent(scalar.text(), item);
        }
      }
    }
    return new YamlNode.Sequence(own.at(), List.copyOf(byName.values()));
  }

  /// Whether an entry of the per-tenant file says something of what a tenant may set itself. Names
  /// of processors don't count, since both hold.
  static boolean conflictsWith(Mapping entry) {
    return SHARED.stream()
        .filter(path -> !path.equals("metrics_generator.processors"))
        .anyMatch(path -> entry.find(path) != null);
  }

  private static Mapping shared(Mapping entry) {
    Mapping shared = Mapping.empty(entry.at());
    for (String path : SHARED) {
      YamlNode value = entry.find(path);
      if (value != null) {
        shared = shared.with(path, value);
      }
    }
    return shared;
  }

  private static Mapping complete(Mapping tree) {
    Mapping complete = tree;
    for (String path : ALWAYS) {
      if (!(complete.find(path) instanceof Mapping)) {
        complete = complete.with(path, Mapping.empty(tree.at()));
      }
    }
    return complete;
  }
}
