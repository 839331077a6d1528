package dev.spoor.listener;

/// What a route is for, and so what somebody must be allowed to use it.
public enum Purpose {
  /// Sending spans.
  WRITE,
  /// Asking for them.
  READ,
  /// Changing what a tenant may do.
  ADMIN,
  /// Seeing what a tenant may do.
  LIMITS,
  /// Changing how the process runs, for all tenants: `/flush`, `/shutdown`.
  PROCESS,
  /// `/ready` and health checks.
  READY,
  /// `/metrics`.
  METRICS,
  /// `/status` and its pages, which show the configuration and the limits of all tenants, and those
  /// of rings.
  STATUS
}
