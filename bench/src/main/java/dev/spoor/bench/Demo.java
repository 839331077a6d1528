package dev.spoor.bench;

import dev.spoor.app.Command;
import dev.spoor.app.CommandLine;
import dev.spoor.app.Main;
import dev.spoor.app.SpoorConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// What `./spoor demo` starts: Spoor, and beside it in the same process the gentle traffic of a web
/// shop that sends to it.
public final class Demo {

  private static final int SPANS_PER_SECOND = 100;
  private static final int SPANS_PER_TRACE = 20;

  /// Few, so that a trace is whole after some seconds.
  private static final int SPANS_PER_REQUEST = 10;

  private static final long LOOK_MILLIS = 500;

  private Demo() {}

  /// @param arguments those of Spoor
  public static void main(String[] arguments) {
    if (new CommandLine(System::getenv).parse(arguments) instanceof Command.Run(var loaded)) {
      SpoorConfig config = loaded.config();
      Thread.ofPlatform().name("demo").daemon().start(() -> demonstrate(config));
    }
    Main.main(arguments);
  }

  private static void demonstrate(SpoorConfig config) {
    Optional<String> target = target(config);
    if (target.isEmpty() || config.server().httpListenPort() == 0) {
      say("no traffic: the configuration has no OTLP receiver, or leaves ports to chance");
      return;
    }
    if (config.multitenancyEnabled()) {
      say("no traffic: it names no tenant, and the configuration asks for one");
      return;
    }
    String queries = queries(config);
    try (QueryClient client = new QueryClient(queries)) {
      while (!client.isReady()) {
        Thread.sleep(LOOK_MILLIS);
      }
      try (Load load = Load.start(plan(target.get()), null)) {
        System.out.print(instructions(target.get(), queries + config.httpApiPrefix()));
        tellFirstProblem(load);
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      say("the traffic ended: " + failure);
    }
  }

  private static LoadPlan plan(String target) {
    return new LoadPlan(
        target,
        2,
        SPANS_PER_SECOND,
        Long.MAX_VALUE,
        LoadPlan.FOREVER,
        System.nanoTime(),
        SPANS_PER_TRACE,
        SPANS_PER_REQUEST,
        Integer.MAX_VALUE,
        OptionalLong.empty());
  }

  private static void tellFirstProblem(Load load) throws InterruptedException {
    while (load.firstProblem().isEmpty()) {
      Thread.sleep(LOOK_MILLIS);
    }
    say("a push did not go well: " + load.firstProblem().get());
    while (true) {
      Thread.sleep(Duration.ofDays(1));
    }
  }

  private static Optional<String> target(SpoorConfig config) {
    return config
        .receivers()
        .otlpHttp()
        .map(http -> "http://" + reachable(http.endpoint()))
        .or(() -> config.receivers().otlpGrpc().map(grpc -> "grpc://" + reachable(grpc.endpoint())))
        .filter(target -> !target.endsWith(":0"));
  }

  private static String queries(SpoorConfig config) {
    String address = config.server().httpListenAddress();
    return "http://"
        + reachable(address + ":" + config.server().httpListenPort())
        + config.server().httpPathPrefix();
  }

  /// An address to connect to, for one to listen on.
  private static String reachable(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    String host = endpoint.substring(0, colon);
    boolean all = host.isEmpty() || host.equals("0.0.0.0") || host.equals("[::]");
    return (all ? "127.0.0.1" : host) + endpoint.substring(colon);
  }

  private static void say(String text) {
    System.err.println("demo: " + text);
  }

  private static String instructions(String target, String api) {
    return """
    A web shop of 14 services now sends about %1$d spans a second to %2$s. Try

      curl -sG %3$s/api/search --data-urlencode 'q={ resource.service.name = "checkout" }'
      curl -sG %3$s/api/search --data-urlencode 'q={ status = error && span.http.response.status_code >= 500 }'
      curl -sG %3$s/api/search --data-urlencode 'q={ name = "PlaceOrder" } >> { span.db.system = "postgresql" }'
      curl -s  %3$s/api/v2/traces/<a traceID of an answer>

    or add %3$s to Grafana, as a data source of type Tempo.

    """
        .formatted(SPANS_PER_SECOND, target, api);
  }
}
