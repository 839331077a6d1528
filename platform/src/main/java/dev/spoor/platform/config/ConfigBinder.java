package dev.spoor.platform.config;

import dev.spoor.platform.config.AcceptedKeys.AcceptedKey;
import dev.spoor.platform.config.Section.Entry;
import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Member;
import dev.spoor.platform.config.YamlNode.Scalar;
import dev.spoor.platform.config.YamlNode.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// Binds a YAML tree to a record, and to the records in it.
///
/// A key is the name of the record component in snake case, or its [Key]. A key that the file
/// leaves out keeps the value of the record given as base; a nested record merges, a list replaces.
/// An `Optional` of a record is filled by the mere presence of its key. Elements of lists start
/// from the `DEFAULTS` constant of their record. All that is wrong is found in one run.
///
/// Types: `String`, `boolean`, `int`, `long`, `double`, `Duration` (also [PrometheusDuration]),
/// [ByteSize] numbers, `Instant`, enums, `List`, `Map` with string keys, `Optional`, records.
///
/// @param <T> the record
public final class ConfigBinder<T extends Record> {

  private final Class<T> type;
  private final AcceptedKeys accepted;
  private final Section root;

  /// @throws IllegalArgumentException when an accepted key is also one of the record
  public ConfigBinder(Class<T> type, AcceptedKeys accepted) {
    this.type = type;
    this.accepted = accepted;
    this.root = Section.of(type, accepted);
  }

  /// What a configuration says.
  ///
  /// @param warnings keys that are set, but have no effect
  public record Bound<T>(T config, AcceptedSettings accepted, List<ConfigWarning> warnings) {
    public Bound {
      warnings = List.copyOf(warnings);
    }
  }

  /// @param base gives the values that the tree leaves out
  /// @param earlier what was found wrong while reading the tree
  /// @throws ConfigException with everything that is wrong, in the order of the file
  public Bound<T> bind(Mapping tree, T base, List<ConfigProblem> earlier) throws ConfigException {
    Run run = new Run();
    run.problems.addAll(earlier);
    run.checkKeys(root, tree, "");
    T config = type.cast(run.record(type, base, root, tree, ""));
    if (!run.problems.isEmpty()) {
      run.problems.sort(
          Comparator.comparing((ConfigProblem problem) -> problem.at().line())
              .thenComparing(problem -> problem.at().column()));
      throw new ConfigException(run.problems);
    }
    return new Bound<>(config, new AcceptedSettings(accepted, run.acceptedValues), run.warnings);
  }

  /// One reading of one tree.
  private static final class Run {

    final List<ConfigProblem> problems = new ArrayList<>();
    final List<ConfigWarning> warnings = new ArrayList<>();
    final Map<String, Object> acceptedValues = new LinkedHashMap<>();

    /// Finds the unknown keys of a mapping, and takes the ones that are only accepted.
    void checkKeys(Section section, Mapping node, String path) {
      node.members()
          .forEach((key, member) -> {
            switch (section.entry(key)) {
              case null -> problems.add(unknown(section, key, member, path));
              case Entry.Accepted(AcceptedKey known) -> accept(known, member);
              case Entry.Nested nested when member.value() instanceof Mapping inner ->
                  checkKeys(nested.section(), inner, join(path, key));
              case Entry.Nested nested -> checkAbsence(nested, member, join(path, key));
              case Entry.Value ignored -> {}
            }
          });
    }

    private static ConfigProblem unknown(Section section, String key, Member member, String path) {
      String nearest = section.nearest(key);
      return new ConfigProblem(
          member.keyAt(),
          "field "
              + key
              + " not found in "
              + (path.isEmpty() ? "the configuration" : path)
              + (nearest == null ? "" : "; did you mean " + nearest + "?"));
    }

    private void checkAbsence(Entry.Nested nested, Member member, String path) {
      boolean absent = member.value() instanceof Scalar scalar && scalar.isNull();
      if (!absent && nested.component() == null) {
        problems.add(new ConfigProblem(member.value().at(), path + " must be a mapping of keys"));
      }
    }

    private void accept(AcceptedKey key, Member member) {
      try {
        Optional<Object> value = ValueDecoder.decode(key.type(), member.value());
        value.ifPresent(given -> acceptedValues.put(key.path(), given));
        boolean dependsOnMachine = key.defaultText().startsWith("(");
        if (value.isPresent()
            && (dependsOnMachine || !value.equals(AcceptedSettings.defaultOf(key)))) {
          warnings.add(ConfigWarning.hint(key.path(), key.warning()));
        }
      } catch (IllegalArgumentException unfit) {
        problems.add(
            new ConfigProblem(member.value().at(), key.path() + ": " + unfit.getMessage()));
      }
    }

    /// A record from the keys of a mapping. When something in it is wrong the base is given back,
    /// so that the search for what else is wrong can go on.
    Object record(Class<?> type, Object base, Section section, Mapping node, String path) {
      RecordComponent[] components = type.getRecordComponents();
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        Object before = read(components[i], base);
        values[i] =
            components[i].isAnnotationPresent(Inline.class)
                ? record(components[i].getType(), before, section, node, path)
                : component(components[i], before, section, node, path);
      }
      return construct(type, values, base, node, path);
    }

    private Object component(
        RecordComponent component, Object before, Section section, Mapping node, String path) {
      String key = Section.keyOf(component);
      Member member = node.members().get(key);
      if (member == null) {
        return before;
      }
      String keyPath = join(path, key);
      Entry entry = Objects.requireNonNull(section.entry(key));
      try {
        Object after =
            switch (entry) {
              case Entry.Nested nested ->
                  nested(component, nested, before, member.value(), keyPath);
              case Entry.Value value -> value(value, before, member.value(), keyPath);
              case Entry.Accepted accepted ->
                  throw new IllegalStateException(accepted.key().path() + " is known twice");
            };
        warnOfNoEffect(entry, keyPath, before, after);
        warnOfBareNumber(member.value(), keyPath, before, after);
        return after;
      } catch (BadValueException bad) {
        problems.add(new ConfigProblem(bad.at, keyPath + ": " + bad.getMessage()));
        return before;
      }
    }

    private void warnOfNoEffect(Entry entry, String path, Object before, Object after) {
      String note =
          switch (entry) {
            case Entry.Nested nested -> nested.noEffect();
            case Entry.Value value -> value.noEffect();
            case Entry.Accepted ignored -> null;
          };
      if (note != null && !before.equals(after)) {
        warnings.add(
            ConfigWarning.hint(path, path + " is set, but has no effect yet: it comes " + note));
      }
    }

    /// Whoever leaves out the unit meant seconds, mostly.
    private void warnOfBareNumber(YamlNode node, String path, Object before, Object after) {
      if (node instanceof Scalar scalar
          && after instanceof Duration duration
          && !after.equals(before)
          && duration.isPositive()
          && duration.compareTo(Duration.ofMillis(1)) < 0
          && scalar.text().chars().allMatch(Character::isDigit)) {
        String number = scalar.text();
        warnings.add(
            ConfigWarning.hint(
                path,
                "%s is %s nanoseconds: %ss would be seconds".formatted(path, number, number)));
      }
    }

    private Object nested(
        RecordComponent component, Entry.Nested nested, Object before, YamlNode node, String path) {
      Class<?> inner = Section.optionalRecord(component.getGenericType());
      boolean isNull = node instanceof Scalar scalar && scalar.isNull();
      if (isNull && inner == null) {
        return before;
      }
      if (!isNull && !(node instanceof Mapping)) {
        throw new BadValueException(node.at(), "must be a mapping of keys");
      }
      Mapping mapping = node instanceof Mapping given ? given : Mapping.empty(node.at());
      if (inner == null) {
        return record(component.getType(), before, nested.section(), mapping, path);
      }
      Object base =
          ((Optional<?>) before).<Object>map(given -> given).orElseGet(() -> defaultsOf(inner));
      return Optional.of(record(inner, base, nested.section(), mapping, path));
    }

    private Object value(Entry.Value value, Object before, YamlNode node, String path) {
      if (node instanceof Scalar scalar && scalar.isNull()) {
        return before;
      }
      return decode(value.component().getGenericType(), value.component(), node, path);
    }

    private Object decode(Type type, RecordComponent component, YamlNode node, String path) {
      if (type instanceof ParameterizedType generic) {
        return decodeGeneric(generic, component, node, path);
      }
      Class<?> wanted = (Class<?>) type;
      if (wanted.isRecord()) {
        return element(wanted, node, path);
      }
      try {
        return decodeScalar(wanted, component, ValueDecoder.scalar(node));
      } catch (BadValueException known) {
        throw known;
      } catch (IllegalArgumentException unfit) {
        throw new BadValueException(node.at(), String.valueOf(unfit.getMessage()));
      }
    }

    private Object decodeGeneric(
        ParameterizedType type, RecordComponent component, YamlNode node, String path) {
      Type[] arguments = type.getActualTypeArguments();
      if (type.getRawType() == Optional.class) {
        return Optional.of(decode(arguments[0], component, node, path));
      }
      if (type.getRawType() == List.class) {
        if (!(node instanceof Sequence sequence)) {
          throw new BadValueException(node.at(), "must be a list");
        }
        List<Object> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
          items.add(decode(arguments[0], component, item, path + "[" + items.size() + "]"));
        }
        return List.copyOf(items);
      }
      if (type.getRawType() != Map.class) {
        throw new IllegalStateException("no way to bind " + type + " of " + path);
      }
      if (!(node instanceof Mapping mapping)) {
        throw new BadValueException(node.at(), "must be a mapping");
      }
      Map<String, Object> members = new LinkedHashMap<>();
      mapping
          .members()
          .forEach((key, member) ->
              members.put(key, decode(arguments[1], component, member.value(), join(path, key))));
      return members;
    }

    private Object element(Class<?> type, YamlNode node, String path) {
      if (!(node instanceof Mapping mapping)) {
        throw new BadValueException(node.at(), "must be a mapping of keys");
      }
      Section section = Section.ofRecord(type);
      checkKeys(section, mapping, path);
      return record(type, defaultsOf(type), section, mapping, path);
    }

    private static Object decodeScalar(Class<?> type, RecordComponent component, Scalar scalar) {
      boolean byteSize = component.isAnnotationPresent(ByteSize.class);
      if (type == String.class) {
        return scalar.text();
      }
      if (type == boolean.class || type == Boolean.class) {
        return Scalars.bool(scalar);
      }
      if (type == int.class || type == Integer.class) {
        return byteSize ? Math.toIntExact(Scalars.byteSize(scalar)) : Scalars.smallNumber(scalar);
      }
      if (type == long.class || type == Long.class) {
        return byteSize ? Scalars.byteSize(scalar) : Scalars.wholeNumber(scalar);
      }
      if (type == double.class || type == Double.class) {
        return Scalars.decimal(scalar);
      }
      if (type == Duration.class) {
        return component.isAnnotationPresent(PrometheusDuration.class)
            ? Scalars.prometheusDuration(scalar)
            : Scalars.goDuration(scalar);
      }
      if (type == Instant.class) {
        return Scalars.time(scalar);
      }
      if (type.isEnum()) {
        return constant(type, scalar);
      }
      throw new IllegalStateException("no way to bind a " + type.getName());
    }

    private static Object constant(Class<?> type, Scalar scalar) {
      Enum<?>[] constants = (Enum<?>[]) type.getEnumConstants();
      for (Enum<?> constant : constants) {
        if (Section.spelling(constant).equals(scalar.text())) {
          return constant;
        }
      }
      String known =
          Arrays.stream(constants)
              .map(Section::spelling)
              .filter(spelling -> !spelling.isEmpty())
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException("\"" + scalar.text() + "\" is none of " + known);
    }

    private Object construct(
        Class<?> type, Object[] values, Object base, Mapping node, String path) {
      try {
        return constructorOf(type).newInstance(values);
      } catch (InvocationTargetException failed) {
        if (failed.getCause() instanceof InvalidValueException invalid) {
          problems.add(problem(invalid, node, path));
          return base;
        }
        throw new IllegalStateException(type.getName() + " cannot be made", failed.getCause());
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException(type.getName() + " cannot be made", impossible);
      }
    }

    private static ConfigProblem problem(InvalidValueException invalid, Mapping node, String path) {
      String prefix = path.isEmpty() ? "" : path + ".";
      boolean full = invalid.key().equals(path) || invalid.key().startsWith(prefix);
      String key = full ? invalid.key() : prefix + invalid.key();
      String within = key.equals(path) ? "" : key.substring(prefix.length());
      return new ConfigProblem(placeOf(node, within), key + " " + invalid.rule());
    }

    /// Where the value of a path is, or the nearest mapping around it.
    private static Position placeOf(Mapping node, String path) {
      Mapping around = node;
      for (String key : path.split("\\.")) {
        Member member = around.members().get(key);
        if (member == null) {
          return around.at();
        }
        if (!(member.value() instanceof Mapping inner)) {
          return member.value().at();
        }
        around = inner;
      }
      return around.at();
    }
  }

  static Object defaultsOf(Class<?> type) {
    try {
      Field defaults = type.getDeclaredField("DEFAULTS");
      defaults.setAccessible(true);
      return Objects.requireNonNull(defaults.get(null));
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(type.getName() + " has no DEFAULTS", missing);
    }
  }

  private static Constructor<?> constructorOf(Class<?> type) throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor;
  }

  static Object read(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return Objects.requireNonNull(component.getAccessor().invoke(record));
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(component + " cannot be read", impossible);
    }
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /// A value that does not fit its key, on its way to the list of problems.
  private static final class BadValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Position at;

    BadValueException(Position at, String message) {
      super(message);
      this.at = at;
    }
  }
}
