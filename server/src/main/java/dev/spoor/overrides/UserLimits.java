package dev.spoor.overrides;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.InvalidValueException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What a tenant may set itself through the API. What is empty is not set.
///
/// @param forwarders names of those the distributor knows
public record UserLimits(
    Optional<List<String>> forwarders,
    CostAttribution costAttribution,
    Generator metricsGenerator) {

  public static final UserLimits DEFAULTS =
      new UserLimits(Optional.empty(), CostAttribution.DEFAULTS, Generator.DEFAULTS);

  /// By which attributes bytes are counted.
  ///
  /// @param dimensions attribute to label; an empty label is made of the attribute's name
  public record CostAttribution(Optional<Map<String, String>> dimensions) {

    public static final CostAttribution DEFAULTS = new CostAttribution(Optional.empty());
  }

  /// What metrics are made of the tenant's spans.
  public record Generator(
      Optional<List<String>> processors,
      Optional<Boolean> disableCollection,
      Optional<Duration> collectionInterval,
      Optional<String> traceIdLabelName,
      Optional<Duration> ingestionTimeRangeSlack,
      Optional<String> generateNativeHistograms,
      Optional<Long> nativeHistogramMaxBucketNumber,
      Optional<Double> nativeHistogramBucketFactor,
      Optional<Duration> nativeHistogramMinResetDuration,
      Processor processor) {

    public static final Generator DEFAULTS =
        new Generator(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Processor.DEFAULTS);

    private static final Set<String> PROCESSORS =
        Set.of(
            "service-graphs",
            "span-metrics",
            "span-metrics-count",
            "span-metrics-latency",
            "span-metrics-size",
            "local-blocks",
            "host-info");

    private static final Set<String> HISTOGRAMS = Set.of("classic", "native", "both");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    public Generator {
      processors.ifPresent(names ->
          names.forEach(name ->
              require(
                  PROCESSORS.contains(name),
                  "processors",
                  "names \"" + name + "\", which is no processor")));
      requireBetween(
          collectionInterval, Duration.ofSeconds(15), Duration.ofMinutes(5), "collection_interval");
      requireBetween(
          ingestionTimeRangeSlack,
          Duration.ZERO,
          Duration.ofHours(12),
          "ingestion_time_range_slack");
      traceIdLabelName.ifPresent(name ->
          require(
              LABEL.matcher(name).matches(), "trace_id_label_name", "must be the name of a label"));
      generateNativeHistograms.ifPresent(mode ->
          require(
              HISTOGRAMS.contains(mode),
              "generate_native_histograms",
              "must be classic, native or both"));
      nativeHistogramMaxBucketNumber.ifPresent(number ->
          require(
              number >= 0 && number <= 0xFFFF_FFFFL,
              "native_histogram_max_bucket_number",
              "must be a number of 32 bits"));
      nativeHistogramBucketFactor.ifPresent(
          factor -> require(factor > 1, "native_histogram_bucket_factor", "must be more than 1"));
      nativeHistogramMinResetDuration.ifPresent(duration ->
          require(
              !duration.isNegative(),
              "native_histogram_min_reset_duration",
              "must not be negative"));
    }

    private static void requireBetween(
        Optional<Duration> value, Duration least, Duration most, String key) {
      value.ifPresent(duration ->
          require(
              duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0,
              key,
              "must be between %d and %d seconds".formatted(least.toSeconds(), most.toSeconds())));
    }
  }

  /// Settings of single processors.
  public record Processor(ServiceGraphs serviceGraphs, SpanMetrics spanMetrics, HostInfo hostInfo) {

    public static final Processor DEFAULTS =
        new Processor(ServiceGraphs.DEFAULTS, SpanMetrics.DEFAULTS, HostInfo.DEFAULTS);
  }

  /// Edges between services.
  public record ServiceGraphs(
      Optional<List<Double>> histogramBuckets,
      Optional<List<String>> dimensions,
      Optional<List<String>> peerAttributes,
      Optional<Boolean> enableClientServerPrefix,
      Optional<Boolean> enableMessagingSystemLatencyHistogram,
      Optional<Boolean> enableVirtualNodeLabel) {

    public static final ServiceGraphs DEFAULTS =
        new ServiceGraphs(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public ServiceGraphs {
      histogramBuckets.ifPresent(UserLimits::requireRising);
    }
  }

  /// Rates, errors and durations.
  public record SpanMetrics(
      Optional<List<Double>> histogramBuckets,
      Optional<List<String>> dimensions,
      Optional<Map<String, Boolean>> intrinsicDimensions,
      Optional<List<DimensionMapping>> dimensionMappings,
      Optional<Boolean> enableTargetInfo,
      Optional<Boolean> enableInstanceLabel,
      Optional<List<String>> targetInfoExcludedDimensions,
      Optional<List<FilterPolicy>> filterPolicies) {

    public static final SpanMetrics DEFAULTS =
        new SpanMetrics(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final Set<String> INTRINSICS =
        Set.of("service", "span_name", "span_kind", "status_code", "status_message");

    public SpanMetrics {
      histogramBuckets.ifPresent(UserLimits::requireRising);
      intrinsicDimensions.ifPresent(names ->
          names
              .keySet()
              .forEach(name ->
                  require(
                      INTRINSICS.contains(name),
                      "intrinsic_dimensions",
                      "names \"" + name + "\", which is none")));
      filterPolicies.ifPresent(all ->
          all.forEach(policy ->
              require(
                  policy.include().isPresent() || policy.exclude().isPresent(),
                  "filter_policies",
                  "must include or exclude something")));
      requireDistinct(dimensions, intrinsicDimensions, dimensionMappings);
    }

    /// Two dimensions must not become the same label.
    private static void requireDistinct(
        Optional<List<String>> dimensions,
        Optional<Map<String, Boolean>> intrinsics,
        Optional<List<DimensionMapping>> mappings) {
      Set<String> labels = new HashSet<>();
      intrinsics.ifPresent(names ->
          names.forEach((name, isOn) -> {
            if (isOn) {
              labels.add(name);
            }
          }));
      dimensions.ifPresent(names ->
          names.forEach(name ->
              require(
                  labels.add(label(name)),
                  "dimensions",
                  "makes the label " + label(name) + " twice")));
      mappings.ifPresent(all ->
          all.forEach(mapping ->
              require(
                  labels.add(label(mapping.name())),
                  "dimension_mappings",
                  "makes the label " + label(mapping.name()) + " twice")));
    }

    private static String label(String name) {
      return name.replaceAll("[^a-zA-Z0-9_]", "_");
    }
  }

  /// A label out of several attributes.
  public record DimensionMapping(String name, List<String> sourceLabels, String join) {

    public static final DimensionMapping DEFAULTS = new DimensionMapping("", List.of(), "");
  }

  /// Which spans count.
  public record FilterPolicy(Optional<PolicyMatch> include, Optional<PolicyMatch> exclude) {

    public static final FilterPolicy DEFAULTS =
        new FilterPolicy(Optional.empty(), Optional.empty());
  }

  /// @param matchType `strict` or `regex`
  public record PolicyMatch(String matchType, List<PolicyAttribute> attributes) {

    public static final PolicyMatch DEFAULTS = new PolicyMatch("strict", List.of());

    public PolicyMatch {
      require(
          matchType.equals("strict") || matchType.equals("regex"),
          "match_type",
          "must be strict or regex");
      if (matchType.equals("regex")) {
        attributes.forEach(attribute -> requirePattern(attribute.value()));
      }
    }

    private static void requirePattern(String expression) {
      try {
        Pattern.compile(expression);
      } catch (PatternSyntaxException broken) {
        throw new InvalidValueException(
            "attributes", "holds no regular expression: " + broken.getMessage());
      }
    }
  }

  /// @param key such as `span.http.method` or `kind`
  public record PolicyAttribute(String key, String value) {

    public static final PolicyAttribute DEFAULTS = new PolicyAttribute("", "");
  }

  /// Hosts that send spans.
  public record HostInfo(Optional<List<String>> hostIdentifiers, Optional<String> metricName) {

    public static final HostInfo DEFAULTS = new HostInfo(Optional.empty(), Optional.empty());

    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    public HostInfo {
      metricName.ifPresent(name ->
          require(METRIC.matcher(name).matches(), "metric_name", "must be the name of a metric"));
    }
  }

  private static void requireRising(List<Double> buckets) {
    for (int i = 1; i < buckets.size(); i++) {
      require(buckets.get(i) > buckets.get(i - 1), "histogram_buckets", "must be strictly rising");
    }
  }
}
