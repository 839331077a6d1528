package dev.spoor.storage.objectstore;

/// Which objects to list.
///
/// @param prefix empty for all, else it ends with `/`
/// @param recursive true: every object below the prefix; false: the objects right below it, and the
///   folders that hold the others
/// @param after only keys greater than this one, in a recursive listing; empty for all
/// @param page which page, as [ListPage#next] gave it; empty for the first
/// @param pageSize most entries of a page, 1 to 1000
public record ListRequest(
    String prefix, boolean recursive, String after, String page, int pageSize) {

  public static final int MAX_PAGE_SIZE = 1000;

  public ListRequest {
    if (!prefix.isEmpty()) {
      if (!prefix.endsWith("/")) {
        throw new IllegalArgumentException("prefix '" + prefix + "' does not end with /");
      }
      Keys.check(prefix.substring(0, prefix.length() - 1));
    }
    if (!recursive && !after.isEmpty()) {
      throw new IllegalArgumentException("only a recursive listing can start after a key");
    }
    if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException("page size " + pageSize + " is not within 1 and 1000");
    }
  }

  /// Every object below a prefix.
  public static ListRequest below(String prefix) {
    return new ListRequest(prefix, true, "", "", MAX_PAGE_SIZE);
  }

  /// The objects and folders right below a prefix.
  public static ListRequest oneLevel(String prefix) {
    return new ListRequest(prefix, false, "", "", MAX_PAGE_SIZE);
  }

  public ListRequest after(String key) {
    return new ListRequest(prefix, recursive, key, "", pageSize);
  }

  public ListRequest page(String next) {
    return new ListRequest(prefix, recursive, after, next, pageSize);
  }

  public ListRequest pageSize(int entries) {
    return new ListRequest(prefix, recursive, after, page, entries);
  }
}
