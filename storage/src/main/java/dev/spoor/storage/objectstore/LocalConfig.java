package dev.spoor.storage.objectstore;

/// The `storage.trace.local` section.
///
/// @param path the folder that holds the tenants' folders
public record LocalConfig(String path) {

  public static final LocalConfig DEFAULTS = new LocalConfig("");
}
