package dev.spoor.storage.block;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// A block in memory.
final class MemorySink implements BlockSink {

  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final ByteArrayOutputStream spoorIndex = new ByteArrayOutputStream();
  final List<byte[]> blooms = new ArrayList<>();
  byte[] index = {};
  byte[] meta = {};

  byte[] dataBytes() {
    return data.toByteArray();
  }

  @Override
  public void data(byte[] bytes, int offset, int length) {
    data.write(bytes, offset, length);
  }

  byte[] spoorIndexBytes() {
    return spoorIndex.toByteArray();
  }

  @Override
  public void spoorIndex(byte[] bytes, int offset, int length) {
    spoorIndex.write(bytes, offset, length);
  }

  @Override
  public void bloom(int shard, byte[] bytes) {
    blooms.add(shard, bytes);
  }

  @Override
  public void index(byte[] bytes) {
    index = bytes;
  }

  @Override
  public void meta(byte[] bytes) {
    meta = bytes;
  }
}
