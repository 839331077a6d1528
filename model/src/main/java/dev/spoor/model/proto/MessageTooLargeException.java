package dev.spoor.model.proto;

/// What is being written would be larger than it may be.
public final class MessageTooLargeException extends RuntimeException {

  MessageTooLargeException(int limit) {
    this("it becomes a message of more than %d bytes".formatted(limit));
  }

  public MessageTooLargeException(String message) {
    super(message);
  }
}
