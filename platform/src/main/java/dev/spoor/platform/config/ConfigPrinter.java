package dev.spoor.platform.config;

import dev.spoor.platform.config.AcceptedKeys.AcceptedKey;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Writes a configuration as YAML, secrets as stars.
///
/// What it writes reads back as the same configuration, apart from the secrets.
public final class ConfigPrinter {

  private static final String STARS = "********";

  /// Names of keys that hold secrets, for mappings that have no record of ours.
  private static final Pattern SECRET_NAME =
      Pattern.compile(".*(password|secret|token|credential|authorization|api_?key).*");

  private final AcceptedKeys accepted;

  public ConfigPrinter(AcceptedKeys accepted) {
    this.accepted = accepted;
  }

  /// Every key with the value in effect, also those that are only accepted.
  public String all(Record config, AcceptedSettings settings) {
    return dump(tree(config, settings));
  }

  /// Only the keys whose values are not those of `defaults`.
  public String diff(Record config, AcceptedSettings settings, Record defaults) {
    return dump(difference(tree(config, settings), defaultsTree(defaults)));
  }

  /// Every key with its default.
  public String defaults(Record defaults) {
    return dump(defaultsTree(defaults));
  }

  private Map<String, Object> defaultsTree(Record defaults) {
    return tree(defaults, new AcceptedSettings(accepted, Map.of()));
  }

  private Map<String, Object> tree(Record config, AcceptedSettings settings) {
    Map<String, Object> tree = new LinkedHashMap<>();
    Section root = Section.of(config.getClass(), accepted);
    addRecord(tree, config, root);
    for (AcceptedKey key : accepted.keys()) {
      boolean given = settings.paths().contains(key.path());
      if (given || !isInOptional(root, key.path())) {
        settings.value(key.path()).ifPresent(value -> put(tree, key.path(), shown(key, value)));
      }
    }
    return tree;
  }

  /// Whether a key lies in a section that may be absent; such a key is shown only when it was set.
  private static boolean isInOptional(Section section, String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return false;
    }
    Section.Entry.Nested nested =
        (Section.Entry.Nested) Objects.requireNonNull(section.entry(path.substring(0, dot)));
    return nested.optional() || isInOptional(nested.section(), path.substring(dot + 1));
  }

  private static void put(Map<String, Object> tree, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      tree.put(path, value);
      return;
    }
    Object inner = tree.computeIfAbsent(path.substring(0, dot), head -> new LinkedHashMap<>());
    put(asTree(inner), path.substring(dot + 1), value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asTree(Object inner) {
    return (Map<String, Object>) inner;
  }

  private static void addRecord(Map<String, Object> tree, Record config, Section section) {
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      Object value = ConfigBinder.read(component, config);
      if (component.isAnnotationPresent(Inline.class)) {
        addRecord(tree, (Record) value, section);
        continue;
      }
      Object shown =
          component.isAnnotationPresent(Secret.class) ? masked(value) : shown(component, value);
      if (shown != null) {
        tree.put(Section.keyOf(component), shown);
      }
    }
  }

  /// A value on one line, as YAML.
  static String inline(RecordComponent component, Object value) {
    Object shown =
        component.isAnnotationPresent(Secret.class) ? masked(value) : shown(component, value);
    return inline(shown);
  }

  private static String inline(@Nullable Object shown) {
    return switch (shown) {
      case null -> "~";
      case String text when text.isEmpty() -> "\"\"";
      case List<?> list ->
          list.stream().map(ConfigPrinter::inline).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(member -> member.getKey() + ": " + inline(member.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> shown.toString();
    };
  }

  private static @Nullable Object shown(RecordComponent component, Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.isPresent() ? shown(component, optional.get()) : null;
      case Record record -> {
        Map<String, Object> inner = new LinkedHashMap<>();
        addRecord(inner, record, Section.ofRecord(record.getClass()));
        yield inner;
      }
      case Duration duration when component.isAnnotationPresent(PrometheusDuration.class) ->
          Durations.formatPrometheus(duration);
      case Long bytes when component.isAnnotationPresent(ByteSize.class) -> ByteSizes.format(bytes);
      case Integer bytes when component.isAnnotationPresent(ByteSize.class) ->
          ByteSizes.format(bytes);
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(shown(component, item)));
        yield items;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        map.forEach((key, member) -> members.put(key.toString(), shown(component, member)));
        yield members;
      }
      default -> simple(value);
    };
  }

  private static Object shown(AcceptedKey key, Object value) {
    return switch (key.type()) {
      case SECRET -> masked(value);
      case PROMETHEUS_DURATION -> Durations.formatPrometheus((Duration) value);
      case BYTES -> ByteSizes.format((Long) value);
      case LIST, MAP, ANY -> Objects.requireNonNull(withoutSecrets(lastWord(key.path()), value));
      case STRING, BOOL, INT, FLOAT, DURATION, TIME -> simple(value);
    };
  }

  private static String lastWord(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /// A value of any shape, with stars where the name of a key says that a secret is there. Of
  /// headers only the names are shown.
  private static @Nullable Object withoutSecrets(String name, @Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(withoutSecrets(name, item)));
        yield items;
      }
      case Map<?, ?> map -> {
        boolean allSecret = isSecretName(name) || name.endsWith("headers");
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        map.forEach((key, member) ->
            members.put(
                key.toString(), withoutSecrets(allSecret ? "secret" : key.toString(), member)));
        yield members;
      }
      default -> isSecretName(name) ? masked(value) : value;
    };
  }

  private static boolean isSecretName(String name) {
    return SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  private static Object masked(Object value) {
    return value.toString().isEmpty() ? "" : STARS;
  }

  private static Object simple(Object value) {
    return switch (value) {
      case Duration duration -> Durations.formatGo(duration);
      case Instant instant -> instant.toString();
      case Enum<?> constant -> Section.spelling(constant);
      default -> value;
    };
  }

  private static Map<String, Object> difference(
      Map<String, Object> tree, Map<String, Object> defaults) {
    Map<String, Object> different = new LinkedHashMap<>();
    tree.forEach((key, value) -> {
      Object usual = defaults.get(key);
      if (value instanceof Map<?, ?> && usual instanceof Map<?, ?>) {
        Map<String, Object> inner = difference(asTree(value), asTree(usual));
        if (!inner.isEmpty()) {
          different.put(key, inner);
        }
      } else if (!value.equals(usual)) {
        different.put(key, value);
      }
    });
    return different;
  }

  private static String dump(Map<String, Object> tree) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(1_000).build();
    return new Dump(settings).dumpToString(tree);
  }
}
