package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// There is no object under this key.
public final class ObjectNotFoundException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  private final String key;

  public ObjectNotFoundException(String key, @Nullable Throwable cause) {
    super("no object " + key, 404, cause);
    this.key = key;
  }

  public String key() {
    return key;
  }

  @Override
  public boolean isTransient() {
    return false;
  }
}
