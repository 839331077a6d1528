package dev.spoor.storage.objectstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The objects of another store below a prefix, under keys without it. What goes wrong is told with
/// the whole key, except for a missing object, which is named as it was asked for.
public final class PrefixedObjectStore implements ObjectStore {

  private final ObjectStore store;
  private final String prefix;

  private PrefixedObjectStore(ObjectStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /// @param prefix one or more segments; slashes around it don't matter, and empty is the store
  ///   itself
  public static ObjectStore of(ObjectStore store, String prefix) {
    String bare = prefix.replaceAll("^/+|/+$", "");
    return bare.isEmpty() ? store : new PrefixedObjectStore(store, Keys.check(bare) + "/");
  }

  @Override
  public String put(String key, byte[] content) throws IOException {
    return store.put(whole(key), content);
  }

  @Override
  public String put(String key, ObjectSource source) throws IOException {
    return store.put(whole(key), source);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return store.putIfAbsent(whole(key), content);
  }

  @Override
  public boolean putIfMatch(String key, String etag, byte[] content) throws IOException {
    return store.putIfMatch(whole(key), etag, content);
  }

  @Override
  public byte[] get(String key, int limit) throws IOException {
    try {
      return store.get(whole(key), limit);
    } catch (ObjectNotFoundException missing) {
      throw new ObjectNotFoundException(key, missing);
    }
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    try {
      return store.read(whole(key), offset, length);
    } catch (ObjectNotFoundException missing) {
      throw new ObjectNotFoundException(key, missing);
    }
  }

  @Override
  public boolean isNear() {
    return store.isNear();
  }

  @Override
  public ObjectInfo head(String key) throws IOException {
    try {
      return bare(store.head(whole(key)));
    } catch (ObjectNotFoundException missing) {
      throw new ObjectNotFoundException(key, missing);
    }
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    String after = request.after().isEmpty() ? "" : prefix + request.after();
    ListPage page =
        store.list(
            new ListRequest(
                prefix + request.prefix(),
                request.recursive(),
                after,
                request.page(),
                request.pageSize()));
    List<ObjectInfo> objects = new ArrayList<>(page.objects().size());
    for (ObjectInfo object : page.objects()) {
      objects.add(bare(object));
    }
    List<String> folders = new ArrayList<>(page.folders().size());
    for (String folder : page.folders()) {
      folders.add(folder.substring(prefix.length()));
    }
    return new ListPage(objects, folders, page.next());
  }

  @Override
  public void delete(String key) throws IOException {
    store.delete(whole(key));
  }

  @Override
  public void close() {
    store.close();
  }

  private String whole(String key) {
    return prefix + Keys.check(key);
  }

  private ObjectInfo bare(ObjectInfo info) {
    String key = info.key().substring(prefix.length());
    return new ObjectInfo(key, info.size(), info.lastModified(), info.etag());
  }
}
