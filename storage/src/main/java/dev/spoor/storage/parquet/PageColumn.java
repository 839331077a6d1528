package dev.spoor.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/// One column of the row group that is being written.
///
/// Values come in steps that begin and end at row boundaries, with the level bytes that belong to
/// them; levels come encoded, since columns of the same depth share them. A step, or several small
/// ones, makes a page. Steps without any value, or with the same value everywhere, are joined to
/// longer pages. One thread at a time.
public abstract sealed class PageColumn
    permits DictionaryColumn, LongColumn, BooleanColumn, BytesColumn {

  /// A page is cut when it has so many entries…
  static final int PAGE_ENTRIES = 2048;

  /// …unless all of them are alike; then it may have so many.
  static final int LONG_PAGE_ENTRIES = 1 << 13;

  /// A finished page.
  ///
  /// @param offset from the first data page of the chunk, header included in the size
  record Page(
      int offset, int size, long firstRow, int entries, int nulls, @Nullable PageBounds bounds) {

    boolean isNull() {
      return nulls == entries;
    }
  }

  final BlockSchema.Column column;
  private final PageCompressor compressor;

  private final PageBytes repetition = new PageBytes();
  private final PageBytes definition = new PageBytes();
  private int entries;
  private int rows;

  private final PageBytes body = new PageBytes();
  private final PageBytes stored = new PageBytes();
  private final PageBytes finished = new PageBytes();
  private final List<Page> pages = new ArrayList<>();
  private long finishedRows;
  private long finishedEntries;
  private long finishedNulls;
  private long uncompressedBytes;

  PageColumn(BlockSchema.Column column, PageCompressor compressor) {
    this.column = column;
    this.compressor = compressor;
  }

  /// Cuts the page first when the coming step does not belong into it; then takes the levels of the
  /// step.
  ///
  /// @param alike whether all values, those that wait and those that come, are the same one, or
  ///   there are none, neither waiting nor coming
  final void step(
      PageBytes repetitionLevels,
      PageBytes definitionLevels,
      int stepEntries,
      int stepRows,
      boolean alike) {
    int longest = alike ? LONG_PAGE_ENTRIES - stepEntries : PAGE_ENTRIES - 1;
    if (entries > longest) {
      cut();
    }
    repetition.add(repetitionLevels);
    definition.add(definitionLevels);
    entries += stepEntries;
    rows += stepRows;
  }

  final int waitingEntries() {
    return entries;
  }

  /// How many values, nulls not counted, wait for the next page.
  abstract int waitingValues();

  /// Writes the values that wait, and says how.
  abstract Encoding encode(PageBytes to);

  /// Bounds of the values that wait, of which there is at least one.
  abstract PageBounds bounds();

  abstract void forgetValues();

  /// Makes ready for the next row group.
  void reset() {
    finished.clear();
    pages.clear();
    finishedRows = 0;
    finishedEntries = 0;
    finishedNulls = 0;
    uncompressedBytes = 0;
  }

  /// Makes a page of what waits, if anything does.
  final void cut() {
    if (entries == 0) {
      return;
    }
    int nulls = entries - waitingValues();
    PageBounds bounds = waitingValues() == 0 ? null : bounds();
    PageHeader header =
        switch (column.pages()) {
          case V1 -> versionOne(nulls, bounds);
          case V2 -> versionTwo(nulls, bounds);
        };
    CRC32 crc = new CRC32();
    crc.update(stored.data(), 0, stored.size());
    header.setCrc((int) crc.getValue());
    byte[] headerBytes = bytes(header);
    int offset = finished.size();
    finished.add(headerBytes, 0, headerBytes.length);
    finished.add(stored);
    pages.add(new Page(offset, finished.size() - offset, finishedRows, entries, nulls, bounds));
    finishedRows += rows;
    finishedEntries += entries;
    finishedNulls += nulls;
    uncompressedBytes += headerBytes.length + header.getUncompressed_page_size();
    repetition.clear();
    definition.clear();
    forgetValues();
    entries = 0;
    rows = 0;
  }

  private PageHeader versionOne(int nulls, @Nullable PageBounds bounds) {
    body.clear();
    addLevels(repetition, column.maxRepetition());
    addLevels(definition, column.maxDefinition());
    Encoding encoding = encode(body);
    stored.clear();
    compressor.compress(column.codec(), body.data(), 0, body.size(), stored);
    DataPageHeader data = new DataPageHeader(entries, encoding, Encoding.RLE, Encoding.RLE);
    data.setStatistics(statistics(nulls, bounds));
    PageHeader header = new PageHeader(PageType.DATA_PAGE, body.size(), stored.size());
    header.setData_page_header(data);
    return header;
  }

  private void addLevels(PageBytes levels, int max) {
    if (max > 0) {
      body.addInt(levels.size());
      body.add(levels);
    }
  }

  private PageHeader versionTwo(int nulls, @Nullable PageBounds bounds) {
    body.clear();
    Encoding encoding = encode(body);
    stored.clear();
    stored.add(repetition);
    stored.add(definition);
    int levels = stored.size();
    boolean compressed = body.size() > 0 && column.codec() != PageCodec.NONE;
    if (compressed) {
      compressor.compress(column.codec(), body.data(), 0, body.size(), stored);
      compressed = stored.size() - levels < body.size();
    }
    if (!compressed) {
      stored.clear();
      stored.add(repetition);
      stored.add(definition);
      stored.add(body);
    }
    DataPageHeaderV2 data =
        new DataPageHeaderV2(entries, nulls, rows, encoding, definition.size(), repetition.size());
    data.setIs_compressed(compressed);
    data.setStatistics(statistics(nulls, bounds));
    PageHeader header = new PageHeader(PageType.DATA_PAGE_V2, levels + body.size(), stored.size());
    header.setData_page_header_v2(data);
    return header;
  }

  final PageCompressor compressor() {
    return compressor;
  }

  final PageBytes finishedPages() {
    return finished;
  }

  final List<Page> pages() {
    return pages;
  }

  final long entriesOfChunk() {
    return finishedEntries;
  }

  final long nullsOfChunk() {
    return finishedNulls;
  }

  final long uncompressedBytes() {
    return uncompressedBytes;
  }

  /// Bytes that this column keeps for the row group, about.
  long heldBytes() {
    return finished.size();
  }

  static Statistics statistics(long nulls, @Nullable PageBounds bounds) {
    Statistics statistics = new Statistics();
    statistics.setNull_count(nulls);
    if (bounds != null) {
      statistics.setMin_value(bounds.min());
      statistics.setMax_value(bounds.max());
      if (!bounds.minExact()) {
        statistics.setIs_min_value_exact(false);
      }
      if (!bounds.maxExact()) {
        statistics.setIs_max_value_exact(false);
      }
    }
    return statistics;
  }

  /// With a checksum of its own.
  static byte[] bytes(PageHeader header) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    try {
      Util.writePageHeader(header, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Seal.sealed(out.toByteArray());
  }
}
