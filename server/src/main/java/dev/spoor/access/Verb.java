package dev.spoor.access;

/// What an identity may do.
public enum Verb {
  WRITE,
  READ,
  ADMIN
}
