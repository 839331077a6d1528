package dev.spoor.platform.errors;

/// What kind of failure it was: decides the status that a client sees and whether a retry may help.
public enum ErrorKind {
  /// The request itself is wrong; sending it again gives the same answer.
  INVALID,
  UNAUTHENTICATED,
  PERMISSION_DENIED,
  NOT_FOUND,
  /// A limit; later may be better.
  RESOURCE_EXHAUSTED,
  /// The answer or the request is larger than a limit allows.
  TOO_LARGE,
  /// Cannot be served now; later, or from somebody else, it can.
  UNAVAILABLE,
  TIMEOUT,
  /// It took longer than this server is configured to let anybody wait.
  API_TIMEOUT,
  /// The caller went away.
  CANCELED,
  UNIMPLEMENTED,
  /// A fault of ours, or of what we depend on.
  INTERNAL
}
