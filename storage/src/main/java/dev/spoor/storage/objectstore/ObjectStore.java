package dev.spoor.storage.objectstore;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Objects under keys: bytes that appear whole, are replaced whole, and never change in between.
///
/// A key is a path with `/` between its segments, see [Keys#check]. Nobody ever sees part of an
/// object: while a put runs, and after one that failed, readers get the object of before, or a
/// missing one. Putting the same key again replaces the object, so a put whose outcome is unknown
/// may simply be repeated. What a put returned for is durable, and seen by every later call.
///
/// A missing object is an [ObjectNotFoundException]; every other failure is another
/// [ObjectStoreException], whose kind says what may help. A store that is down, or that refuses, is
/// never mistaken for one without objects. Nothing is contacted before the first call, so a store
/// that is down does not keep a process from starting. Safe for many threads; calls block, and an
/// interrupt ends them with an [java.io.InterruptedIOException].
public interface ObjectStore extends Closeable {

  /// Puts a small object that is at hand. The array is not changed, and not kept after the return.
  ///
  /// @return the tag of the new object, as [ObjectInfo#etag]
  String put(String key, byte[] content) throws IOException;

  /// Puts an object of any size without ever having all of it in memory; a large one goes in
  /// several parts. The source may be read more than once.
  ///
  /// When it fails, what was already sent is given up, as far as the store can still be reached. A
  /// source that fails, fails the put with its own exception.
  ///
  /// @return the tag of the new object, as [ObjectInfo#etag]
  String put(String key, ObjectSource source) throws IOException;

  /// Puts an object only where there is none. Never repeated by itself, since the first try may
  /// have been the one that put it.
  ///
  /// @return whether it was put; false when there is an object, which stays as it is
  boolean putIfAbsent(String key, byte[] content) throws IOException;

  /// Replaces an object only if it is still the one that had this tag.
  ///
  /// @return whether it was replaced; false when it is another one by now, or is gone
  boolean putIfMatch(String key, String etag, byte[] content) throws IOException;

  /// The whole object, which may be empty. One request.
  ///
  /// @param limit most bytes to take into memory; a larger object is an [ObjectTooLargeException]
  byte[] get(String key, int limit) throws IOException;

  /// A range of an object. One request, nothing is asked beforehand.
  ///
  /// @param offset first byte, not negative
  /// @param length how many, not negative; of 0 bytes the store may not be asked at all
  /// @return exactly `length` bytes; an object that ends before is a [ShortObjectException]
  byte[] read(String key, long offset, int length) throws IOException;

  /// Whether a read costs little more than copying its bytes: files of this machine, of which the
  /// system keeps in memory what is read often. Then nobody need read more than is wanted, or keep
  /// it.
  default boolean isNear() {
    return false;
  }

  /// Size, time and tag without the content.
  ObjectInfo head(String key) throws IOException;

  /// One page of the objects under a prefix; [ListRequest] says which.
  ///
  /// Keys come in ascending order of their bytes, across pages too. An object that was there from
  /// the first page to the last one is listed; one that came or went meanwhile may be. Nothing
  /// under the prefix is an empty page.
  ListPage list(ListRequest request) throws IOException;

  /// Deletes an object; one that is not there is no failure.
  void delete(String key) throws IOException;

  /// Gives back connections. Calls after it fail; may be called twice.
  @Override
  void close();

  /// Shows every object below a prefix to `visitor`, page by page.
  default void forEach(ListRequest request, ObjectVisitor visitor) throws IOException {
    ListRequest next = request;
    while (true) {
      ListPage page = list(next);
      for (ObjectInfo object : page.objects()) {
        visitor.visit(object);
      }
      if (page.isLast()) {
        return;
      }
      next = request.page(page.next());
    }
  }

  /// The names of the folders right below a prefix, without the prefix and without `/`.
  default List<String> folders(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    ListRequest request = ListRequest.oneLevel(prefix);
    ListRequest next = request;
    while (true) {
      ListPage page = list(next);
      for (String folder : page.folders()) {
        names.add(folder.substring(prefix.length(), folder.length() - 1));
      }
      if (page.isLast()) {
        return names;
      }
      next = request.page(page.next());
    }
  }

  /// Takes listed objects one by one.
  interface ObjectVisitor {
    void visit(ObjectInfo object) throws IOException;
  }
}
