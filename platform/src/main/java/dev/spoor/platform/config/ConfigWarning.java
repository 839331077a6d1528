package dev.spoor.platform.config;

/// Something in a configuration that works, but probably not as meant.
///
/// @param severity whether checking the configuration fails on it
/// @param key the full path of the key it is about
/// @param text a sentence that names the key and the consequence
public record ConfigWarning(Severity severity, String key, String text) {

  /// How `-config.verify` takes a warning.
  public enum Severity {
    /// Tempo warns of this too: the check fails.
    WARNING,
    /// Known to Spoor alone: the check passes, unless it is asked to be as strict as Tempo.
    HINT,
    /// Tempo would refuse the file for it; Spoor goes on.
    REFUSED_BY_TEMPO
  }

  public static ConfigWarning warning(String key, String text) {
    return new ConfigWarning(Severity.WARNING, key, text);
  }

  public static ConfigWarning hint(String key, String text) {
    return new ConfigWarning(Severity.HINT, key, text);
  }

  /// The text alone, for the log.
  @Override
  public String toString() {
    return text;
  }
}
