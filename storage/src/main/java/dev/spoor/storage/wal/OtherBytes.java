package dev.spoor.storage.wal;

import java.util.function.LongSupplier;

/// What counts besides the log; told after the log was started.
final class OtherBytes implements LongSupplier {

  private volatile LongSupplier source = () -> 0;

  void set(LongSupplier bytes) {
    source = bytes;
  }

  @Override
  public long getAsLong() {
    return source.getAsLong();
  }
}
