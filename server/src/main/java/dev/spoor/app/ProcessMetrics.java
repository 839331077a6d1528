package dev.spoor.app;

import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/// `tempo_build_info`, the JVM's own metrics, and the names of Go's runtime that dashboards ask
/// for.
final class ProcessMetrics {

  ProcessMetrics(Metrics metrics, BuildInfo build) {
    metrics
        .gauge(
            "tempo_build_info",
            "1, labelled with what this is.",
            "version",
            "revision",
            "branch",
            "goversion",
            "goos",
            "goarch",
            "tags")
        .labelValues(
            build.tempoVersion(),
            build.revision(),
            build.branch(),
            "java" + Runtime.version().feature(),
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch", ""),
            "spoor-" + build.spoorVersion())
        .set(1);
    metrics.gauge(
        "go_goroutines",
        "Threads; for dashboards that know this name.",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    metrics.gauge(
        "go_memstats_heap_inuse_bytes",
        "Used heap; for dashboards that know this name.",
        () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    SummaryWithCallback.builder()
        .name("go_gc_duration_seconds")
        .help("Collections, and the time they took; for dashboards that know this name.")
        .callback(
            callback -> callback.call(collections(), collectionMillis() / 1e3, Quantiles.EMPTY))
        .register(metrics.registry());
    JvmMetrics.builder().register(metrics.registry());
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(each -> Math.max(0, each.getCollectionCount()))
        .sum();
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(each -> Math.max(0, each.getCollectionTime()))
        .sum();
  }
}
