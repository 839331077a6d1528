package dev.spoor.storage.head;

import dev.spoor.model.Tenant;
import java.time.Instant;

/// What a head segment says about itself.
///
/// @param tenant whose spans these are
/// @param id number of the segment, unique within tenant and folder; not negative
/// @param walFrom first sequence number of the log that the segment covers, inclusive
/// @param walTo last sequence number of the log that the segment covers, inclusive
/// @param created when it was written, to the millisecond
public record HeadSegmentHeader(Tenant tenant, long id, long walFrom, long walTo, Instant created) {

  public HeadSegmentHeader {
    if (id < 0) {
      throw new IllegalArgumentException("a head segment with the negative id " + id);
    }
    created = Instant.ofEpochMilli(created.toEpochMilli());
  }

  /// The file's name: the id and the last sequence number, each in at least 8 digits, then `.head`.
  /// Another segment that begins with the same number of the log so has another name.
  public String fileName() {
    return "%08d-%08d%s".formatted(id, walTo, HeadSegmentFormat.SUFFIX);
  }
}
