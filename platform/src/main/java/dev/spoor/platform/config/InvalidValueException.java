package dev.spoor.platform.config;

/// A value that cannot work, with its key.
public final class InvalidValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;

  public InvalidValueException(String key, String rule) {
    super(key + " " + rule);
    this.key = key;
  }

  /// The full path of the key, such as `ingester.trace_idle_period`.
  public String key() {
    return key;
  }
}
