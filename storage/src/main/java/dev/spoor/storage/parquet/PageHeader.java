package dev.spoor.storage.parquet;

import java.util.Optional;

/// What stands before the bytes of a page.
///
/// @param headerLength bytes of the header itself
/// @param uncompressedSize bytes of the page after decompression, levels included
/// @param storedSize bytes that follow the header
/// @param crc CRC-32 of the stored bytes, when `hasCrc`
/// @param values entries, nulls included; distinct values of a dictionary page
/// @param rows rows that begin in the page, or -1 when it does not say (V1)
/// @param encoding the number of the format
/// @param definitionBytes length of the definition levels (V2)
/// @param repetitionBytes length of the repetition levels (V2)
/// @param compressed whether the values (V2) are compressed with the column's codec
record PageHeader(
    Type type,
    int headerLength,
    int uncompressedSize,
    int storedSize,
    boolean hasCrc,
    int crc,
    int values,
    int rows,
    int encoding,
    int definitionBytes,
    int repetitionBytes,
    boolean compressed) {

  enum Type {
    DATA,
    INDEX,
    DICTIONARY,
    DATA_V2
  }

  /// Larger pages are refused: no writer makes them, and a broken length must not cost memory.
  static final int MAX_PAGE_BYTES = 512 << 20;

  static final int MAX_PAGE_ENTRIES = 1 << 26;

  /// Reads the header that begins at `offset`; empty when the array ends within it.
  static Optional<PageHeader> read(byte[] bytes, int offset, int limit) throws MalformedException {
    try {
      PageHeader header = new Parts().read(new CompactReader(bytes, offset, limit), offset);
      header.check();
      return Optional.of(header);
    } catch (CompactReader.UnderflowException e) {
      return Optional.empty();
    }
  }

  private void check() throws MalformedException {
    require(uncompressedSize >= 0 && uncompressedSize <= MAX_PAGE_BYTES, "size", uncompressedSize);
    require(storedSize >= 0 && storedSize <= MAX_PAGE_BYTES, "stored size", storedSize);
    require(values >= 0 && values <= MAX_PAGE_ENTRIES, "number of values", values);
    require(rows >= -1 && rows <= values, "number of rows", rows);
    long levels = (long) definitionBytes + repetitionBytes;
    require(
        definitionBytes >= 0
            && repetitionBytes >= 0
            && levels <= storedSize
            && levels <= uncompressedSize,
        "length of levels",
        levels);
  }

  private static void require(boolean holds, String what, long value) throws MalformedException {
    if (!holds) {
      throw new MalformedException("page header with a %s of %d".formatted(what, value));
    }
  }

  /// The fields while they are read.
  private static final class Parts {
    private int type = -1;
    private int uncompressedSize = -1;
    private int storedSize = -1;
    private boolean hasCrc;
    private int crc;
    private int values = -1;
    private int rows = -1;
    private int encoding = -1;
    private int definitionEncoding = Encodings.RLE;
    private int repetitionEncoding = Encodings.RLE;
    private int definitionBytes;
    private int repetitionBytes;
    private boolean compressed = true;

    PageHeader read(CompactReader reader, int offset)
        throws CompactReader.UnderflowException, MalformedException {
      for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
        switch (id) {
          case 1 -> type = reader.i32();
          case 2 -> uncompressedSize = reader.i32();
          case 3 -> storedSize = reader.i32();
          case 4 -> {
            crc = reader.i32();
            hasCrc = true;
          }
          case 5 -> readDataPage(reader);
          case 7 -> readDictionaryPage(reader);
          case 8 -> readDataPageV2(reader);
          default -> reader.skip();
        }
      }
      if (type < 0 || type >= Type.values().length) {
        throw new MalformedException("page header of unknown type %d".formatted(type));
      }
      if (definitionEncoding != Encodings.RLE || repetitionEncoding != Encodings.RLE) {
        throw new MalformedException("levels in an encoding that is not supported");
      }
      Type pageType = Type.values()[type];
      return new PageHeader(
          pageType,
          reader.position() - offset,
          uncompressedSize,
          storedSize,
          hasCrc,
          crc,
          pageType == Type.INDEX ? 0 : values,
          rows,
          encoding,
          definitionBytes,
          repetitionBytes,
          compressed);
    }

    private void readDataPage(CompactReader reader)
        throws CompactReader.UnderflowException, MalformedException {
      int outer = reader.enter();
      for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
        switch (id) {
          case 1 -> values = reader.i32();
          case 2 -> encoding = reader.i32();
          case 3 -> definitionEncoding = reader.i32();
          case 4 -> repetitionEncoding = reader.i32();
          default -> reader.skip();
        }
      }
      reader.leave(outer);
    }

    private void readDictionaryPage(CompactReader reader)
        throws CompactReader.UnderflowException, MalformedException {
      int outer = reader.enter();
      for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
        switch (id) {
          case 1 -> values = reader.i32();
          case 2 -> encoding = reader.i32();
          default -> reader.skip();
        }
      }
      reader.leave(outer);
    }

    private void readDataPageV2(CompactReader reader)
        throws CompactReader.UnderflowException, MalformedException {
      int outer = reader.enter();
      for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
        switch (id) {
          case 1 -> values = reader.i32();
          case 3 -> rows = reader.i32();
          case 4 -> encoding = reader.i32();
          case 5 -> definitionBytes = reader.i32();
          case 6 -> repetitionBytes = reader.i32();
          case 7 -> compressed = reader.fieldBoolean();
          default -> reader.skip();
        }
      }
      reader.leave(outer);
    }
  }
}
