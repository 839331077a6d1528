package dev.spoor.app;

import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.platform.config.ConfigWarning.Severity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The command line: Go's flags over a YAML file, as Tempo has them.
///
/// Parsing starts nothing and writes nothing; the answer is a [Command].
public final class CommandLine {

  private static final String PROGRAM = "tempo";
  private static final FlagSet FLAGS = FlagSet.parse(Resources.text("flags.txt"));

  private final UnaryOperator<@Nullable String> environment;

  /// @param environment the value of an environment variable; null when it is unset
  public CommandLine(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  public Command parse(String... arguments) {
    try {
      return command(Options.of(FLAGS.parse(List.of(arguments))));
    } catch (FlagSet.HelpException help) {
      return new Command.Exit(0, "", usage());
    } catch (FlagSet.UsageException misuse) {
      return new Command.Exit(2, "", misuse.getMessage() + "\n" + usage());
    }
  }

  private static String usage() {
    return FLAGS.usage(PROGRAM, KnownKeys.defaults());
  }

  private Command command(Options options) throws FlagSet.UsageException {
    boolean strict = options.text("config.strict").equals("tempo");
    if (!strict && !options.text("config.strict").isEmpty()) {
      throw new FlagSet.UsageException("flag -config.strict knows only the value tempo");
    }
    LoadedConfig loaded;
    try {
      boolean expand = options.flag("config.expand-env");
      ConfigLoader loader = new ConfigLoader(expand, strict, environment);
      loaded = loader.load(options.file(), options.values).with(options.unread());
    } catch (IOException unreadable) {
      return failed("failed parsing config: " + describe(options.text("config.file"), unreadable));
    } catch (ConfigException broken) {
      return failed("failed parsing config: " + broken.getMessage());
    }
    if (options.flag("version")) {
      return new Command.Exit(0, BuildInfo.current().text(), "");
    }
    if (options.flag("config.verify") || options.flag("check-config")) {
      return verify(loaded, strict, options.flag("check-config"));
    }
    return run(loaded);
  }

  private Command run(LoadedConfig loaded) {
    String name = loaded.config().target();
    Optional<Target> target = Target.named(name);
    if (target.isEmpty()) {
      return failed("error running Tempo: " + unknownTarget(name));
    }
    if (!target.get().runs()) {
      return failed(
          "error running Tempo: target " + name + " is not there yet; only all runs so far");
    }
    return ConfigChecks.cannotStart(loaded.config())
        .or(() -> ConfigFiles.unusable(loaded, environment))
        .<Command>map(reason -> failed("error initialising Tempo: " + reason))
        .orElseGet(() -> new Command.Run(loaded));
  }

  private static String unknownTarget(String name) {
    return "unrecognised module name: " + name;
  }

  /// Says what is doubtful. The check fails on what Tempo warns of too, and on what cannot start.
  private Command verify(LoadedConfig loaded, boolean strict, boolean sayValid) {
    String name = loaded.config().target();
    if (Target.named(name).isEmpty()) {
      return failed("error running Tempo: " + unknownTarget(name));
    }
    Optional<String> cannotStart = ConfigChecks.cannotStart(loaded.config());
    boolean failed =
        cannotStart.isPresent()
            || loaded.warnings().stream().anyMatch(warning -> failsCheck(warning, strict));
    // Files may well be elsewhere than where a configuration is checked.
    String stderr =
        warnings(loaded.warnings())
            + ConfigFiles.unusable(loaded, environment)
                .map(reason -> "hint: " + reason + "\n")
                .orElse("")
            + cannotStart.map(reason -> "error: " + reason + "\n").orElse("");
    String stdout = sayValid && !failed ? "configuration is valid\n" : "";
    return new Command.Exit(failed ? 1 : 0, stdout, stderr);
  }

  private static boolean failsCheck(ConfigWarning warning, boolean strict) {
    return switch (warning.severity()) {
      case WARNING -> true;
      case HINT, REFUSED_BY_TEMPO -> strict;
    };
  }

  private static String warnings(List<ConfigWarning> warnings) {
    return warnings.isEmpty()
        ? ""
        : warnings.stream()
            .map(warning -> label(warning.severity()) + warning.text() + "\n")
            .collect(Collectors.joining("", LoadedConfig.WARNINGS_HEADER + "\n", ""));
  }

  private static String label(Severity severity) {
    return switch (severity) {
      case WARNING -> "warning: ";
      case HINT, REFUSED_BY_TEMPO -> "hint: ";
    };
  }

  private static Command.Exit failed(String message) {
    return new Command.Exit(1, "", message + "\n");
  }

  private static String describe(String file, IOException unreadable) {
    String reason =
        unreadable instanceof NoSuchFileException ? "no such file" : unreadable.toString();
    return "cannot read " + file + ": " + reason;
  }

  /// The flags that were given, by name.
  private record Options(
      Map<FlagSet.Flag, List<String>> values, Map<String, String> byName, List<String> rest) {

    static Options of(FlagSet.Parsed parsed) {
      Map<String, String> byName =
          parsed.values().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> entry.getKey().name(), entry -> entry.getValue().getLast()));
      return new Options(parsed.values(), byName, parsed.rest());
    }

    /// What stands behind the flags, where Tempo too reads nothing, but says nothing either.
    List<ConfigWarning> unread() {
      if (rest.isEmpty()) {
        return List.of();
      }
      String text =
          "argument \"%s\" is no flag: it and what follows it are not read (a boolean takes its value"
              + " after =)";
      return List.of(ConfigWarning.hint("", text.formatted(rest.getFirst())));
    }

    String text(String name) {
      return byName.getOrDefault(name, "");
    }

    boolean flag(String name) {
      return text(name).equals("true");
    }

    Optional<Path> file() {
      return text("config.file").isEmpty()
          ? Optional.empty()
          : Optional.of(Path.of(text("config.file")));
    }
  }
}
