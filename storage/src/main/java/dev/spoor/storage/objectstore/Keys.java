package dev.spoor.storage.objectstore;

/// What a key may look like in every store.
public final class Keys {

  static final int MAX_LENGTH = 900;

  private Keys() {}

  /// Segments with `/` between them; none is empty, `.` or `..`. Characters are the printable ones
  /// of ASCII without backslash, 900 at most, so that a prefix finds room beside them.
  ///
  /// @return the key
  /// @throws IllegalArgumentException naming key and reason
  public static String check(String key) {
    int start = 0;
    while (true) {
      int slash = key.indexOf('/', start);
      int end = slash < 0 ? key.length() : slash;
      checkSegment(key, key.substring(start, end));
      if (slash < 0) {
        break;
      }
      start = slash + 1;
    }
    if (key.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("key is longer than 900 characters: " + key);
    }
    return key;
  }

  private static void checkSegment(String key, String segment) {
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException("key '" + key + "' has the segment '" + segment + "'");
    }
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c < ' ' || c > '~' || c == '\\') {
        throw new IllegalArgumentException(
            "key '%s' has the character U+%04X".formatted(key, (int) c));
      }
    }
  }
}
