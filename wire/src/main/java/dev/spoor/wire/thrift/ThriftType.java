package dev.spoor.wire.thrift;

/// How the value of a field is laid out, with the numbers of the binary protocol; the compact one
/// has others, which [ThriftReader] translates.
///
/// See the [specification](https://github.com/apache/thrift/tree/master/doc/specs) of both.
public final class ThriftType {

  public static final int BOOL = 2;
  public static final int I8 = 3;
  public static final int DOUBLE = 4;
  public static final int I16 = 6;
  public static final int I32 = 8;
  public static final int I64 = 10;

  /// A string or bytes: nothing tells them apart.
  public static final int BINARY = 11;

  public static final int STRUCT = 12;
  public static final int MAP = 13;
  public static final int SET = 14;
  public static final int LIST = 15;
  public static final int UUID = 16;

  private ThriftType() {}
}
