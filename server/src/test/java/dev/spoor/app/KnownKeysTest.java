package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.config.ConfigProblem;
import dev.spoor.platform.config.KeyCatalogue;
import dev.spoor.platform.config.KeyCatalogue.KnownKey;
import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Holds the keys, their defaults and the page about them together. With the system property
/// `spoor.golden.write` the files are written anew instead.
class KnownKeysTest {

  private static final boolean WRITE = Boolean.getBoolean("spoor.golden.write");
  private static final Path DEFAULTS = Path.of("src/test/resources/dev/spoor/app/defaults.yaml");
  private static final Path PAGE = Path.of("../docs/configuration-keys.md");
  private static final String HEAD =
      """
      # All keys of the configuration

      Written by `KnownKeysTest` from the code; [the page about the configuration](configuration.md)
      explains the rest. A key that is accepted is read and checked, but nothing honours it.

      """;

  /// Where we want something else than Tempo, when a file says nothing.
  private static final Map<String, String> OUR_DEFAULTS =
      Map.of("stream_over_http_enabled", "true");

  private static final List<KnownKey> KNOWN =
      KeyCatalogue.of(SpoorConfig.DEFAULTS, KnownKeys.ACCEPTED);

  @Test
  void everyKeyOfTempoIsKnownWithItsTypeAndDefault() {
    Map<String, KnownKey> known = byPath();
    List<String> wrong = new ArrayList<>();
    for (String row : tempoKeys()) {
      String[] columns = row.split(" ", 3);
      KnownKey key = known.get(columns[0]);
      boolean isSection = columns[0].equals("distributor.receivers");
      if (key == null && !isSection) {
        wrong.add(columns[0] + " is unknown");
      } else if (key != null && !sameType(columns[1], key.type())) {
        wrong.add(columns[0] + " is of type " + key.type() + ", not " + columns[1]);
      } else if (key != null && !sameDefault(expectedDefault(columns), key.defaultText())) {
        wrong.add(columns[0] + " is by default " + key.defaultText() + ", not " + columns[2]);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tempoKeys()).hasSizeGreaterThan(1000);
  }

  @Test
  void everyKeyOfTempoCanBeSetToItsDefaultWithoutAWarning() throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    Mapping tree = YamlReader.readMapping("defaults.yaml", "{}", problems);
    for (String row : tempoKeys()) {
      String[] columns = row.split(" ", 3);
      if (!columns[2].equals("(hostname)") && !columns[0].equals("distributor.receivers")) {
        tree = tree.with(columns[0], YamlReader.read(columns[0], expectedDefault(columns)));
      }
    }

    var bound = KnownKeys.BINDER.bind(tree, SpoorConfig.DEFAULTS, problems);

    assertThat(bound.config()).isEqualTo(SpoorConfig.DEFAULTS);
    assertThat(bound.warnings()).isEmpty();
  }

  @Test
  void theDefaultsAreTheGoldenFile() throws IOException {
    compare(DEFAULTS, LoadedConfig.defaultsYaml());
  }

  @Test
  void theGoldenFileOfDefaultsBindsToTheDefaults() throws Exception {
    List<ConfigProblem> problems = new ArrayList<>();
    Mapping tree = YamlReader.readMapping("defaults.yaml", Files.readString(DEFAULTS), problems);

    assertThat(KnownKeys.BINDER.bind(tree, SpoorConfig.DEFAULTS, problems).config())
        .isEqualTo(SpoorConfig.DEFAULTS);
  }

  @Test
  void thePageAboutTheKeysIsUpToDate() throws IOException {
    compare(PAGE, HEAD + table());
  }

  private static void compare(Path file, String expected) throws IOException {
    if (WRITE) {
      Files.writeString(file, expected);
    }
    assertThat(Files.readString(file))
        .as("%s is stale; run this test with -Dspoor.golden.write=true", file)
        .isEqualTo(expected);
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder("| Key | Type | Default | Effect |\n|---|---|---|---|\n");
    for (KnownKey key : byPath().values()) {
      table.append(
          "| `%s` | %s | `%s` | %s |\n"
              .formatted(key.path(), key.type(), key.defaultText(), effect(key)));
    }
    return table.toString();
  }

  private static String effect(KnownKey key) {
    return switch (key.effect()) {
      case EFFECTIVE -> "effective";
      case LATER -> "accepted, no effect yet: " + key.note();
      case NEVER -> "accepted, no effect: " + key.note();
    };
  }

  private static Map<String, KnownKey> byPath() {
    return KNOWN.stream()
        .collect(Collectors.toMap(KnownKey::path, key -> key, (one, other) -> one, TreeMap::new));
  }

  private static List<String> tempoKeys() {
    return Resources.text("tempo-2.10.8-keys.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private static String expectedDefault(String... row) {
    return OUR_DEFAULTS.getOrDefault(row[0], row[2]);
  }

  /// Tempo's listing knows fewer types than we do.
  private static boolean sameType(String tempo, String ours) {
    return switch (tempo) {
      case "any" -> true;
      case "string" -> !List.of("bool", "int", "float", "duration", "list", "map").contains(ours);
      case "duration" -> ours.endsWith("duration");
      case "int" -> ours.equals("int") || ours.equals("bytes");
      default -> tempo.equals(ours);
    };
  }

  private static boolean sameDefault(String tempo, String ours) {
    return tempo.equals(ours)
        || tempo.equals(ours.replace(", options: []", ""))
        || (tempo.equals("~") && ours.equals("\"\""));
  }
}
