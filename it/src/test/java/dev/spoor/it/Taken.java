package dev.spoor.it;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/// Remembers whether an exporter got rid of what it was given.
final class Taken implements SpanExporter {

  private final SpanExporter exporter;
  private volatile boolean all = true;

  Taken(SpanExporter exporter) {
    this.exporter = exporter;
  }

  /// Whether everything was taken so far.
  boolean all() {
    return all;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans).join(3, TimeUnit.MINUTES);
    all &= result.isSuccess();
    return result;
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
