package dev.spoor.app;

/// What the command line asks for.
public sealed interface Command {

  /// Start with this configuration, after its warnings were logged.
  record Run(LoadedConfig loaded) implements Command {}

  /// Print, and end.
  ///
  /// @param code exit code: 0 well, 1 a configuration that cannot be used, 2 arguments that cannot
  ///   be read
  /// @param stdout may be empty; else ends with a line feed
  /// @param stderr may be empty; else ends with a line feed
  record Exit(int code, String stdout, String stderr) implements Command {}
}
