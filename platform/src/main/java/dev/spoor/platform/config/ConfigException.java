package dev.spoor.platform.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used, with all that was found wrong in one reading.
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  /// @param problems at least one; the message has a line for each
  public ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<ConfigProblem> problems() {
    return problems;
  }
}
