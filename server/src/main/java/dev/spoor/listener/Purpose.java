package dev.spoor.listener;

/// What a route is for, and so what somebody must be allowed to use it.
public enum Purpose {
  /// Sending spans.
  WRITE,
  /// Asking for them.
  READ,
  /// Changing how the process runs: `/flush`, `/shutdown`, limits of tenants.
  ADMIN,
  /// `/ready` and health checks.
  READY,
  /// `/metrics`.
  METRICS,
  /// `/status` and its pages, which show the configuration, and those of rings.
  STATUS
}
