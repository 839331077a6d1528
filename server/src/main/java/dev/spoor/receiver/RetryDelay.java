package dev.spoor.receiver;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.time.Duration;
import java.util.Optional;

/// What refused senders are told of when to come back.
///
/// For a limit of theirs that is as configured. When memory or disk is short here they are always
/// told: without it, OTLP clients throw away what is refused with RESOURCE_EXHAUSTED over gRPC.
///
/// @param configured `distributor.retry_after_on_resource_exhausted`; empty to tell nothing
record RetryDelay(Optional<Duration> configured) {

  private static final Duration SOON = Duration.ofSeconds(1);

  Optional<Duration> of(PushOutcome.Refused refused) {
    return switch (refused.kind()) {
      case RESOURCE_EXHAUSTED, UNAVAILABLE ->
          refused.reason() == DiscardReason.INGESTER_UNAVAILABLE
              ? Optional.of(soon())
              : ofLimit(refused);
      default -> Optional.empty();
    };
  }

  /// Of a request that was refused before it became a push.
  Optional<Duration> of(ServiceException refused) {
    return refused.kind() == ErrorKind.RESOURCE_EXHAUSTED ? Optional.of(soon()) : Optional.empty();
  }

  private Duration soon() {
    return configured.orElse(SOON);
  }

  private Optional<Duration> ofLimit(PushOutcome.Refused refused) {
    return refused.kind() == ErrorKind.RESOURCE_EXHAUSTED && refused.mayTellWhen()
        ? configured
        : Optional.empty();
  }
}
