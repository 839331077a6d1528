package dev.spoor.storage.objectstore;

import java.time.Instant;

/// What a store knows of an object besides its content.
///
/// @param size in bytes
/// @param lastModified when it was put, by the store's clock, to the second or better
/// @param etag changes when the object is replaced; opaque, never empty
public record ObjectInfo(String key, long size, Instant lastModified, String etag) {}
