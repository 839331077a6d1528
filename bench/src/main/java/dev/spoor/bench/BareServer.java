package dev.spoor.bench;

import dev.spoor.contract.PushOutcome;
import dev.spoor.listener.Binding;
import dev.spoor.listener.BodyBudget;
import dev.spoor.listener.Gate;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerMetrics;
import dev.spoor.listener.ListenerParts;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.Response;
import dev.spoor.listener.TlsMetrics;
import dev.spoor.platform.logging.Logging;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.receiver.Decoding;
import dev.spoor.receiver.DecodingMetrics;
import dev.spoor.receiver.OtlpReceiver;
import dev.spoor.receiver.ReceiverMetrics;
import dev.spoor.receiver.TenantResolver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// The listener and receiver of Spoor with nothing behind them: spans are decoded, acknowledged and
/// forgotten. What this costs, no server with storage goes below.
public final class BareServer {

  private static final long BODY_BYTES = 20 << 20;

  private BareServer() {}

  /// @param arguments the port of OTLP/HTTP and `/ready`
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Logging.configure("warn", "logfmt");
    Metrics metrics = new Metrics();
    Decoding decoding =
        new Decoding(Runtime.getRuntime().availableProcessors(), new DecodingMetrics(metrics));
    OtlpReceiver receiver =
        new OtlpReceiver(
            (tenant, batch) -> CompletableFuture.completedFuture(PushOutcome.Stored.ALL),
            decoding,
            new TenantResolver(false),
            Optional.empty(),
            new ReceiverMetrics(metrics));
    HttpListener listener =
        new HttpListener(
            "bare",
            Binding.at("127.0.0.1", Integer.parseInt(arguments[0])),
            Purpose.WRITE,
            new ListenerParts(
                new BodyBudget(Runtime.getRuntime().maxMemory() / 8),
                new ListenerMetrics(metrics),
                new TlsMetrics(metrics),
                Gate.OPEN));
    receiver.serveHttp(listener, "/v1/traces", BODY_BYTES);
    listener.route("GET", "/ready", "ready", request -> Response.text(200, "ready\n"));
    decoding.start();
    listener.start();
    Runtime.getRuntime().addShutdownHook(new Thread(listener::close));
    new CountDownLatch(1).await();
  }
}
