package dev.spoor.storage.block;

/// Where the value of an attribute stands in a generic list of a block.
final class AttributeKinds {

  /// No attribute: the placeholder of an owner without any.
  static final int NONE = 0;

  static final int STRING = 1;
  static final int INT = 2;
  static final int DOUBLE = 3;
  static final int BOOL = 4;

  /// Added to one of the four above: an array of such values, not empty.
  static final int ARRAY_OF = 4;

  static final int EMPTY_ARRAY = 9;

  /// Kept as text.
  static final int UNSUPPORTED = 10;

  static final int COUNT = 11;

  private AttributeKinds() {}

  static boolean isArray(int kind) {
    return kind > ARRAY_OF && kind <= EMPTY_ARRAY;
  }
}
