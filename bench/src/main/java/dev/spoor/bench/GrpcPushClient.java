package dev.spoor.bench;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.protocol.UnaryGrpcClient;
import com.linecorp.armeria.common.grpc.protocol.ArmeriaStatusException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/// OTLP over gRPC.
final class GrpcPushClient implements PushClient {

  private static final String EXPORT =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNAVAILABLE = 14;

  private final ClientFactory factory;
  private final UnaryGrpcClient client;

  GrpcPushClient(URI server, int connections) {
    factory =
        ClientFactory.builder()
            .workerGroup(connections)
            .maxNumEventLoopsPerEndpoint(connections)
            .maxNumEventLoopsPerHttp1Endpoint(connections)
            .build();
    client =
        new UnaryGrpcClient(
            WebClient.builder("h2c://%s:%d".formatted(server.getHost(), server.getPort()))
                .factory(factory)
                .responseTimeout(TIMEOUT)
                .build());
  }

  @Override
  public PushAnswer push(byte[] body) throws InterruptedException {
    try {
      return PushClient.acknowledged(client.execute(EXPORT, body).get());
    } catch (ExecutionException failure) {
      return failure.getCause() instanceof ArmeriaStatusException status
          ? new PushAnswer.Refused(
              isRetryable(status.getCode()), String.valueOf(status.getMessage()))
          : new PushAnswer.Unknown(String.valueOf(failure.getCause()));
    }
  }

  private static boolean isRetryable(int code) {
    return code == RESOURCE_EXHAUSTED || code == UNAVAILABLE;
  }

  @Override
  public void close() {
    factory.close();
  }
}
