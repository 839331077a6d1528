package dev.spoor.compactor;

import java.io.IOException;

/// The right to merge and delete blocks of a store, which one process has at a time.
interface Lease {

  /// Gets it or keeps it; to be called more often than it lasts.
  ///
  /// @return whether this process has it now
  /// @throws IOException when the store can't be asked; what was held is still held until its time
  ///   is over
  boolean refresh() throws IOException;

  /// Whether this process may still believe that it has it. Costs nothing.
  boolean isHeld();

  /// Makes sure, by asking the store, right before something that can't be taken back.
  ///
  /// @throws LeaseLostException when another process has it
  void confirm() throws IOException;

  /// A number that changes whenever this process gets the lease: who remembers it knows whether
  /// another one may have had it meanwhile.
  long term();

  /// As [#confirm], and that no other process had it since.
  ///
  /// @param since what [#term] was
  default void confirm(long since) throws IOException {
    confirm();
    if (term() != since) {
      throw new LeaseLostException("the lease was lost for a while");
    }
  }

  /// Gives it back, so that nobody has to wait until its time is over.
  void release();

  /// Another process has the lease, or may have it.
  final class LeaseLostException extends IOException {

    private static final long serialVersionUID = 1L;

    LeaseLostException(String message) {
      super(message);
    }
  }

  /// Where somebody else takes care that there is only one process.
  Lease ALWAYS =
      new Lease() {
        @Override
        public boolean refresh() {
          return true;
        }

        @Override
        public boolean isHeld() {
          return true;
        }

        @Override
        public void confirm() {}

        @Override
        public long term() {
          return 0;
        }

        @Override
        public void release() {}
      };
}
