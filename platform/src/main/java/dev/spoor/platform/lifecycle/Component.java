package dev.spoor.platform.lifecycle;

/// Something that is started once and closed once.
///
/// Its constructor touches nothing outside the process. `close` may be called without `start` and
/// more than once; it returns when the component does nothing any more.
public interface Component extends AutoCloseable {

  /// Returns when the component does its work, or at least will without further help.
  ///
  /// @throws Exception when it cannot; the process then ends
  void start() throws Exception;

  @Override
  void close();
}
