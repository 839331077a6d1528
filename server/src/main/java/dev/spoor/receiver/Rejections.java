package dev.spoor.receiver;

import dev.spoor.contract.Rejection;
import java.util.List;

/// What senders are told of spans that were not stored.
final class Rejections {

  private Rejections() {}

  /// Such as `2 spans: trace ids must be 128 bit (16 bytes)`; empty when there are none.
  static String text(List<Rejection> rejections) {
    StringBuilder reasons = new StringBuilder();
    for (Rejection rejection : rejections) {
      reasons
          .append(reasons.isEmpty() ? "" : "; ")
          .append(rejection.spans())
          .append(rejection.spans() == 1 ? " span: " : " spans: ")
          .append(rejection.message());
    }
    return reasons.toString();
  }
}
