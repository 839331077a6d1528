package dev.spoor.platform.config;

/// What config records check of themselves.
public final class Requirements {

  private Requirements() {}

  /// @throws InvalidValueException naming the key when `holds` is false
  public static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new InvalidValueException(key, rule);
    }
  }
}
