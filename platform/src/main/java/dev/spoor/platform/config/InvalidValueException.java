package dev.spoor.platform.config;

/// A value that cannot work, with its key.
public final class InvalidValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String rule;

  public InvalidValueException(String key, String rule) {
    super(key + " " + rule);
    this.key = key;
    this.rule = rule;
  }

  /// The full path of the key, such as `ingester.trace_idle_period`. A record that is used in
  /// several sections names it from the record on; the binder puts the section before it.
  public String key() {
    return key;
  }

  /// What the value broke, such as `must be positive`.
  public String rule() {
    return rule;
  }
}
