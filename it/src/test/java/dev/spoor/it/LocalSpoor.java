package dev.spoor.it;

import dev.spoor.app.Assembled;
import dev.spoor.app.Spoor;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import java.nio.file.Path;
import java.time.InstantSource;

/// The whole program in the JVM of the test.
final class LocalSpoor implements AutoCloseable {

  private final Spoor spoor;

  private LocalSpoor(Spoor spoor) {
    this.spoor = spoor;
  }

  static LocalSpoor start(Settings settings, Path folder) throws Exception {
    return start(settings, folder, new RealDisk(), InstantSource.system());
  }

  /// @param folder a real one, for the configuration file
  static LocalSpoor start(Settings settings, Path folder, Disk disk, InstantSource clock)
      throws Exception {
    Spoor spoor = Assembled.from(settings.writeTo(folder), disk, clock);
    try {
      spoor.start();
    } catch (Exception failure) {
      spoor.close();
      throw failure;
    }
    return new LocalSpoor(spoor);
  }

  SpoorClient client() {
    return new SpoorClient(
        spoor.queryPort(), spoor.receiverPort("otlp-http"), spoor.receiverPort("otlp-grpc"));
  }

  /// A client whose calls over gRPC go to the port for queries over HTTP.
  SpoorClient queryPortClient() {
    return new SpoorClient(spoor.queryPort(), spoor.receiverPort("otlp-http"), spoor.queryPort());
  }

  int queryPort() {
    return spoor.queryPort();
  }

  int grpcPort() {
    return spoor.grpcPort();
  }

  int receiverPort(String name) {
    return spoor.receiverPort(name);
  }

  /// A client whose calls over gRPC go to another receiver.
  SpoorClient grpcClient(String receiver) {
    return new SpoorClient(
        spoor.queryPort(), spoor.receiverPort("otlp-http"), spoor.receiverPort(receiver));
  }

  @Override
  public void close() {
    spoor.close();
  }
}
