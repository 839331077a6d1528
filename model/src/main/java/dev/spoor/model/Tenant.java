package dev.spoor.model;

/// Whose traces these are.
///
/// An id has 1 to 150 characters out of letters, digits and `! - _ . * ' ( )`, and is neither `.`
/// nor `..`, since it is a folder name in the object store.
public record Tenant(String id) implements Comparable<Tenant> {

  /// The tenant of everything when `multitenancy_enabled` is false.
  public static final Tenant SINGLE = new Tenant("single-tenant");

  public static final int MAX_LENGTH = 150;

  private static final String PUNCTUATION = "!-_.*'()";

  /// @throws IllegalArgumentException naming what is wrong with the id
  public Tenant {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("no org id");
    }
    if (id.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "tenant ID is too long: max %d characters".formatted(MAX_LENGTH));
    }
    if (id.equals(".") || id.equals("..")) {
      throw new IllegalArgumentException("tenant ID is '.' or '..'");
    }
    for (int i = 0; i < id.length(); i++) {
      if (!isAllowed(id.charAt(i))) {
        throw new IllegalArgumentException(
            "tenant ID '%s' contains unsupported character '%s'".formatted(id, id.charAt(i)));
      }
    }
  }

  /// Whether this may be the id of a tenant.
  public static boolean isValid(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_LENGTH
        && !id.equals(".")
        && !id.equals("..")
        && id.chars().allMatch(c -> isAllowed((char) c));
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PUNCTUATION.indexOf(c) >= 0;
  }

  @Override
  public int compareTo(Tenant other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id;
  }
}
