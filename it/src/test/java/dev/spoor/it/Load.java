package dev.spoor.it;

import dev.spoor.testkit.fleet.FleetRequest;
import dev.spoor.testkit.fleet.FleetTraffic;
import dev.spoor.testkit.fleet.Ledger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/// Fleets that send as fast as they are answered, every second one over gRPC and the others over
/// HTTP, and write down what was acknowledged. A fleet goes home when its connection breaks.
final class Load implements AutoCloseable {

  private final SpoorClient client;
  private final Ledger ledger;
  private final List<Thread> fleets = new ArrayList<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean ending;
  private volatile boolean endsWhenRefused;

  Load(SpoorClient client, Ledger ledger, long seed, int fleets) {
    this.client = client;
    this.ledger = ledger;
    for (int fleet = 0; fleet < fleets; fleet++) {
      boolean grpc = fleet % 2 == 1;
      FleetTraffic traffic =
          new FleetTraffic(
              seed + fleet * 1_000_003L, () -> System.currentTimeMillis() * 1_000_000, 8, 40);
      this.fleets.add(Thread.ofPlatform().name("fleet-" + fleet).start(() -> send(traffic, grpc)));
    }
  }

  /// From now on a fleet goes home when it is refused.
  Load endingWhenRefused() {
    endsWhenRefused = true;
    return this;
  }

  /// Pushes that were acknowledged.
  long acknowledged() {
    return acknowledged.get();
  }

  /// Pushes that were answered, but not with success.
  long refused() {
    return refused.get();
  }

  void awaitAcknowledged(long pushes) throws Exception {
    Eventually.holds(pushes + " pushes are acknowledged", () -> acknowledged.get() >= pushes);
  }

  /// Ends when each fleet has the answer to its last push.
  @Override
  public void close() throws InterruptedException {
    ending = true;
    for (Thread fleet : fleets) {
      fleet.join();
    }
  }

  private void send(FleetTraffic traffic, boolean grpc) {
    try {
      while (!ending) {
        FleetRequest request = traffic.next();
        ledger.sent(request);
        boolean stored =
            grpc
                ? client.pushGrpc(request.body()).code() == 0
                : client.push(request.body()).statusCode() == 200;
        if (stored) {
          ledger.acknowledged(request);
          acknowledged.incrementAndGet();
        } else {
          refused.incrementAndGet();
          ending |= endsWhenRefused;
        }
      }
    } catch (IOException | CompletionException disconnected) {
      ending = true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
