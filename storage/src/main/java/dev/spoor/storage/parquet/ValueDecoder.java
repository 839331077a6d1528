package dev.spoor.storage.parquet;

/// The encodings of values.
final class ValueDecoder {

  /// What DELTA_BYTE_ARRAY may blow a page up to: prefixes repeat what stands in it once.
  private static final long MAX_EXPANDED_BYTES = 512L << 20;

  private ValueDecoder() {}

  static int littleEndianInt(byte[] in, int position) {
    return in[position] & 0xFF
        | (in[position + 1] & 0xFF) << 8
        | (in[position + 2] & 0xFF) << 16
        | in[position + 3] << 24;
  }

  private static long littleEndianLong(byte[] in, int position) {
    return BitPacking.littleEndianLong(in, position);
  }

  /// `count`, after a check that so many values in the encoding PLAIN can stand in so many bytes.
  static int checkedCount(Leaf leaf, int bytes, int count) throws MalformedException {
    long bits =
        switch (leaf.type()) {
          case BOOLEAN -> 1;
          case INT32, FLOAT, BYTE_ARRAY -> Integer.SIZE;
          case INT64, DOUBLE -> Long.SIZE;
          case FIXED_LEN_BYTE_ARRAY -> 8L * leaf.typeLength();
          case INT96 -> throw unsupported(leaf, Encodings.PLAIN);
        };
    if (count * bits > bytes * 8L) {
      throw new MalformedException("%d bytes are too few for %d values".formatted(bytes, count));
    }
    return count;
  }

  static void numbers(
      Leaf leaf, int encoding, byte[] in, int position, int limit, long[] out, int at, int count)
      throws MalformedException {
    if (count == 0) {
      return;
    }
    switch (encoding) {
      case Encodings.PLAIN -> plainNumbers(leaf, in, position, limit, out, at, count);
      case Encodings.DELTA_BINARY_PACKED -> {
        if (leaf.type() != PhysicalType.INT32 && leaf.type() != PhysicalType.INT64) {
          throw unsupported(leaf, encoding);
        }
        DeltaPacking.decode(in, position, limit, leaf.type() == PhysicalType.INT32, out, at, count);
      }
      case Encodings.RLE -> rleBooleans(leaf, in, position, limit, out, at, count);
      case Encodings.BYTE_STREAM_SPLIT -> split(leaf, in, position, limit, out, at, count);
      default -> throw unsupported(leaf, encoding);
    }
  }

  static void plainNumbers(
      Leaf leaf, byte[] in, int position, int limit, long[] out, int at, int count)
      throws MalformedException {
    checkedCount(leaf, limit - position, count);
    switch (leaf.type()) {
      case BOOLEAN -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = in[position + (i >>> 3)] >>> (i & 7) & 1;
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = littleEndianInt(in, position + i * Integer.BYTES);
        }
      }
      case INT64, DOUBLE -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = littleEndianLong(in, position + i * Long.BYTES);
        }
      }
      case FLOAT -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = widened(littleEndianInt(in, position + i * Float.BYTES));
        }
      }
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 -> throw unsupported(leaf, Encodings.PLAIN);
    }
  }

  private static long widened(int floatBits) {
    return Double.doubleToRawLongBits(Float.intBitsToFloat(floatBits));
  }

  private static void rleBooleans(
      Leaf leaf, byte[] in, int position, int limit, long[] out, int at, int count)
      throws MalformedException {
    if (leaf.type() != PhysicalType.BOOLEAN || limit - position < Integer.BYTES) {
      throw unsupported(leaf, Encodings.RLE);
    }
    int length = littleEndianInt(in, position);
    int from = position + Integer.BYTES;
    if (length < 0 || length > limit - from) {
      throw new MalformedException("booleans of %d bytes".formatted(length));
    }
    byte[] bits = new byte[count];
    BitPacking.hybrid(in, from, from + length, 1, bits, 0, count);
    for (int i = 0; i < count; i++) {
      out[at + i] = bits[i];
    }
  }

  private static void split(
      Leaf leaf, byte[] in, int position, int limit, long[] out, int at, int count)
      throws MalformedException {
    int width =
        switch (leaf.type()) {
          case INT32, FLOAT -> Integer.BYTES;
          case INT64, DOUBLE -> Long.BYTES;
          case BOOLEAN, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 ->
              throw unsupported(leaf, Encodings.BYTE_STREAM_SPLIT);
        };
    if ((long) count * width > limit - position) {
      throw new MalformedException("split values end too early");
    }
    for (int i = 0; i < count; i++) {
      long value = in[position + (width - 1) * count + i];
      for (int b = width - 2; b >= 0; b--) {
        value = value << 8 | in[position + b * count + i] & 0xFF;
      }
      out[at + i] = leaf.type() == PhysicalType.FLOAT ? widened((int) value) : value;
    }
  }

  static void strings(
      Leaf leaf, int encoding, byte[] in, int position, int limit, ByteStrings out, int count)
      throws MalformedException {
    if (count == 0) {
      return;
    }
    switch (encoding) {
      case Encodings.PLAIN -> plainStrings(leaf, in, position, limit, out, count);
      case Encodings.DELTA_LENGTH_BYTE_ARRAY -> deltaLength(in, position, limit, out, count);
      case Encodings.DELTA_BYTE_ARRAY -> deltaStrings(in, position, limit, out, count);
      default -> throw unsupported(leaf, encoding);
    }
  }

  /// The strings of a whole page in the encoding PLAIN, which stay in its array.
  static ByteStrings dictionary(Leaf leaf, byte[] page, int count) throws MalformedException {
    checkedCount(leaf, page.length, count);
    boolean fixed = leaf.type() == PhysicalType.FIXED_LEN_BYTE_ARRAY;
    int gap = fixed ? 0 : Integer.BYTES;
    int[] starts = new int[count + 1];
    int start = gap;
    for (int i = 0; i < count; i++) {
      starts[i] = start;
      int length = fixed ? leaf.typeLength() : littleEndianInt(page, start - gap);
      if (length < 0 || length > page.length - start) {
        throw new MalformedException("a string of %d bytes".formatted(length));
      }
      start += length + gap;
      if (start > page.length && i + 1 < count) {
        throw new MalformedException("strings end too early");
      }
    }
    starts[count] = start;
    return ByteStrings.inPage(page, starts, gap);
  }

  static void plainStrings(
      Leaf leaf, byte[] in, int position, int limit, ByteStrings out, int count)
      throws MalformedException {
    checkedCount(leaf, limit - position, count);
    out.reserve(count, limit - (long) position);
    boolean fixed = leaf.type() == PhysicalType.FIXED_LEN_BYTE_ARRAY;
    int from = position;
    for (int i = 0; i < count; i++) {
      int length = leaf.typeLength();
      if (!fixed) {
        if (limit - from < Integer.BYTES) {
          throw new MalformedException("strings end too early");
        }
        length = littleEndianInt(in, from);
        from += Integer.BYTES;
      }
      if (length < 0 || length > limit - from) {
        throw new MalformedException("a string of %d bytes".formatted(length));
      }
      out.append(in, from, length);
      from += length;
    }
  }

  private static void deltaLength(byte[] in, int position, int limit, ByteStrings out, int count)
      throws MalformedException {
    long[] lengths = new long[count];
    int from = DeltaPacking.decode(in, position, limit, true, lengths, 0, count);
    out.reserve(count, limit - (long) from);
    for (int i = 0; i < count; i++) {
      if (lengths[i] < 0 || lengths[i] > limit - from) {
        throw new MalformedException("a string of %d bytes".formatted(lengths[i]));
      }
      out.append(in, from, (int) lengths[i]);
      from += (int) lengths[i];
    }
  }

  private static void deltaStrings(byte[] in, int position, int limit, ByteStrings out, int count)
      throws MalformedException {
    long[] prefixes = new long[count];
    long[] lengths = new long[count];
    int from = DeltaPacking.decode(in, position, limit, true, prefixes, 0, count);
    from = DeltaPacking.decode(in, from, limit, true, lengths, 0, count);
    long total = 0;
    long previous = 0;
    long suffixes = 0;
    for (int i = 0; i < count; i++) {
      suffixes += lengths[i];
      if (prefixes[i] < 0 || prefixes[i] > previous || lengths[i] < 0 || suffixes > limit - from) {
        throw new MalformedException(
            "a string of %d and %d bytes".formatted(prefixes[i], lengths[i]));
      }
      previous = prefixes[i] + lengths[i];
      total += previous;
    }
    if (total > MAX_EXPANDED_BYTES) {
      throw new MalformedException("strings of %d bytes in one page".formatted(total));
    }
    out.reserve(count, total);
    for (int i = 0; i < count; i++) {
      out.appendWithPrefix((int) prefixes[i], in, from, (int) lengths[i]);
      from += (int) lengths[i];
    }
  }

  private static MalformedException unsupported(Leaf leaf, int encoding) {
    return new MalformedException(
        "values of type %s in encoding %d are not supported".formatted(leaf.type(), encoding));
  }
}
