package dev.spoor.storage.block;

import java.util.List;

/// An attribute that has a column of its own in a block, as its meta.json says.
///
/// The place in the list decides the column: the i-th entry of a scope and type stands in the i-th
/// spare column of that scope and type.
///
/// @param name the attribute's name; not empty
/// @param options such as `array` or `blob`, as they were written
public record DedicatedColumn(Scope scope, String name, Type type, List<String> options) {

  public DedicatedColumn {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a dedicated column needs a name");
    }
    options = List.copyOf(options);
  }

  /// A string column of the span without options, which is what most are.
  public static DedicatedColumn ofSpan(String name) {
    return new DedicatedColumn(Scope.SPAN, name, Type.STRING, List.of());
  }

  public static DedicatedColumn ofResource(String name) {
    return new DedicatedColumn(Scope.RESOURCE, name, Type.STRING, List.of());
  }

  /// Whose attribute it is.
  public enum Scope {
    RESOURCE("resource"),
    SPAN("span"),
    EVENT("event");

    private final String text;

    Scope(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /// The type of the values that go to the column; others stay in the generic list.
  public enum Type {
    STRING("string"),
    INT("int");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
