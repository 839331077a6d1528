package dev.spoor.storage.block;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.xerial.snappy.Snappy;

/// Reads a file with parquet-java: pages, checksums, levels, values and records are all its own.
final class ParquetJava {

  private ParquetJava() {}

  /// All rows of a file.
  static List<Group> rows(byte[] file) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetFileReader reader = open(file)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        RecordReader<Group> records =
            columns.getRecordReader(group, new GroupRecordConverter(schema));
        for (long row = 0; row < group.getRowCount(); row++) {
          rows.add(records.read());
        }
      }
    }
    return rows;
  }

  static ParquetFileReader open(byte[] file) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .usePageChecksumVerification(true)
            .build();
    return ParquetFileReader.open(new BytesFile(file), options);
  }

  private record BytesFile(byte[] content) implements InputFile {

    @Override
    public long getLength() {
      return content.length;
    }

    @Override
    public SeekableInputStream newStream() {
      PositionedStream stream = new PositionedStream(content);
      return new DelegatingSeekableInputStream(stream) {

        @Override
        public long getPos() {
          return stream.position();
        }

        @Override
        public void seek(long position) throws IOException {
          stream.seek(position);
        }
      };
    }
  }

  private static final class PositionedStream extends ByteArrayInputStream {

    PositionedStream(byte[] content) {
      super(content);
    }

    long position() {
      return pos;
    }

    void seek(long position) throws IOException {
      if (position > count) {
        throw new EOFException("seek to " + position + " of " + count);
      }
      pos = (int) position;
    }
  }

  private static final class Codecs implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("only reads");
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      return new Decompressor(codec);
    }

    @Override
    public void release() {}
  }

  private record Decompressor(CompressionCodecName codec)
      implements CompressionCodecFactory.BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      byte[] stored = bytes.toByteArray();
      byte[] content =
          switch (codec) {
            case UNCOMPRESSED -> stored;
            case SNAPPY -> Snappy.uncompress(stored);
            case ZSTD -> Zstd.decompress(stored, size);
            default -> throw new IOException("unexpected codec " + codec);
          };
      if (content.length != size) {
        throw new IOException("a page of %d bytes, not %d".formatted(content.length, size));
      }
      return BytesInput.from(content);
    }

    @Override
    public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int outSize)
        throws IOException {
      byte[] stored = new byte[inSize];
      in.get(stored);
      out.put(decompress(BytesInput.from(stored), outSize).toByteArray());
    }

    @Override
    public void release() {}
  }
}
