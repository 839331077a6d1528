package dev.spoor.storage.objectstore;

import java.util.List;

/// Part of a listing.
///
/// @param folders whole prefixes, each with the final `/`; empty in a recursive listing
/// @param next names the next page for [ListRequest#page]; opaque, empty on the last page
public record ListPage(List<ObjectInfo> objects, List<String> folders, String next) {

  public ListPage {
    objects = List.copyOf(objects);
    folders = List.copyOf(folders);
  }

  public boolean isLast() {
    return next.isEmpty();
  }
}
