package dev.spoor.platform.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A YAML document as a tree that knows its places; aliases and merges are already resolved.
public sealed interface YamlNode {

  Position at();

  /// A single value.
  ///
  /// @param plain written without quotes, so that `true`, `12` and `~` are more than text
  record Scalar(Position at, String text, boolean plain) implements YamlNode {

    /// A missing value: `key:` with nothing behind it, `~` or `null`.
    public boolean isNull() {
      return plain
          && switch (text) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
          };
    }
  }

  /// A list.
  record Sequence(Position at, List<YamlNode> items) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// A value of a mapping, and the place of its key.
  record Member(Position keyAt, YamlNode value) {}

  /// Keys with values, in the order of the file.
  record Mapping(Position at, Map<String, Member> members) implements YamlNode {

    public Mapping {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    public static Mapping empty(Position at) {
      return new Mapping(at, Map.of());
    }

    /// The value at a dotted path; null when there is none.
    public @Nullable YamlNode find(String path) {
      int dot = path.indexOf('.');
      Member member = members.get(dot < 0 ? path : path.substring(0, dot));
      if (member == null || dot < 0) {
        return member == null ? null : member.value();
      }
      return member.value() instanceof Mapping inner ? inner.find(path.substring(dot + 1)) : null;
    }

    /// A copy in which the dotted path holds `value`; what was there, and what stood in the way and
    /// was no mapping, is replaced.
    public Mapping with(String path, YamlNode value) {
      int dot = path.indexOf('.');
      String key = dot < 0 ? path : path.substring(0, dot);
      Map<String, Member> changed = new LinkedHashMap<>(members);
      Member before = members.get(key);
      if (dot < 0) {
        changed.put(key, new Member(value.at(), value));
      } else {
        Mapping inner =
            before != null && before.value() instanceof Mapping mapping
                ? mapping
                : empty(value.at());
        Position keyAt = before == null ? value.at() : before.keyAt();
        changed.put(key, new Member(keyAt, inner.with(path.substring(dot + 1), value)));
      }
      return new Mapping(at, changed);
    }

    /// A copy without the value at a dotted path.
    public Mapping without(String path) {
      int dot = path.indexOf('.');
      String key = dot < 0 ? path : path.substring(0, dot);
      Member before = members.get(key);
      if (before == null) {
        return this;
      }
      Map<String, Member> changed = new LinkedHashMap<>(members);
      if (dot < 0) {
        changed.remove(key);
      } else if (before.value() instanceof Mapping inner) {
        changed.put(key, new Member(before.keyAt(), inner.without(path.substring(dot + 1))));
      }
      return new Mapping(at, changed);
    }
  }
}
