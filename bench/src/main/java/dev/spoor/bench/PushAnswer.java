package dev.spoor.bench;

/// What a push was answered.
sealed interface PushAnswer {

  /// Success.
  ///
  /// @param rejectedSpans what `partial_success` says
  record Acknowledged(long rejectedSpans) implements PushAnswer {}

  /// Nothing was taken.
  ///
  /// @param retryable whether the sender may try again
  record Refused(boolean retryable, String reason) implements PushAnswer {}

  /// No answer, so nobody knows.
  record Unknown(String reason) implements PushAnswer {}
}
