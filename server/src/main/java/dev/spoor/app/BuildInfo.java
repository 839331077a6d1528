package dev.spoor.app;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/// Which Spoor this is, and which Tempo it stands for.
///
/// @param tempoVersion the version whose API and configuration it has
/// @param spoorVersion its own
public record BuildInfo(
    String tempoVersion, String spoorVersion, String branch, String revision, String buildDate) {

  /// This one.
  public static BuildInfo current() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(Resources.text("build.properties")));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return new BuildInfo(
        properties.getProperty("tempo.version"),
        properties.getProperty("spoor.version"),
        properties.getProperty("branch"),
        properties.getProperty("revision"),
        properties.getProperty("date"));
  }

  /// What `-version` prints; the first line is Tempo's, for scripts that read it.
  String text() {
    return """
    tempo, version %s (branch: %s, revision: %s)
      spoor version:    %s
      build user:       spoor
      build date:       %s
      java version:     %s
      platform:         %s/%s
      tags:             unknown
    """
        .formatted(
            tempoVersion,
            branch,
            revision,
            spoorVersion,
            buildDate,
            Runtime.version(),
            System.getProperty("os.name").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch"));
  }

  /// The body of `/api/status/buildinfo`. The version is Tempo's, since clients switch features by
  /// it.
  String json() {
    return """
    {"version":"%s","revision":"%s","branch":"%s","buildUser":"spoor-%s","buildDate":"%s","goVersion":"none"}\
    """
        .formatted(tempoVersion, revision, branch, spoorVersion, buildDate);
  }
}
