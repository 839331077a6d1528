package dev.spoor.app;

import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

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
            "linux",
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
    metrics.gauge(
        "go_gc_duration_seconds_count",
        "Collections; for dashboards that know this name.",
        () ->
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum());
    JvmMetrics.builder().register(metrics.registry());
  }
}
