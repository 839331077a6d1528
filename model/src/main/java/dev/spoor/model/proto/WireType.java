package dev.spoor.model.proto;

/// How the value of a field is laid out: the low three bits of its tag.
///
/// See the [encoding](https://protobuf.dev/programming-guides/encoding/) of protobuf. A tag is the
/// field's number times eight plus one of these; code that walks messages switches over whole tags,
/// so that a known number with an unexpected layout counts as an unknown field.
public final class WireType {

  public static final int VARINT = 0;
  public static final int FIXED64 = 1;
  public static final int LENGTH_DELIMITED = 2;
  public static final int START_GROUP = 3;
  public static final int END_GROUP = 4;
  public static final int FIXED32 = 5;

  private WireType() {}

  public static int of(int tag) {
    return tag & 7;
  }

  /// The field number of a tag, 1 to 2^29 - 1.
  public static int fieldOf(int tag) {
    return tag >>> 3;
  }
}
