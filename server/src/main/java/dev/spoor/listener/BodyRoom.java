package dev.spoor.listener;

/// The room that one request has in the budget of all bodies: for its body as it came, and for what
/// it is decompressed to. One thread at a time.
public final class BodyRoom {

  private final BodyBudget budget;
  private final String tenant;
  private long taken;

  /// @param tenant whose request it is said to be; empty when it does not say
  BodyRoom(BodyBudget budget, String tenant) {
    this.budget = budget;
    this.tenant = tenant;
  }

  static BodyRoom unlimited() {
    return new BodyRoom(new BodyBudget(Long.MAX_VALUE), "");
  }

  /// Takes room for `bytes` more; false when there is not so much.
  public boolean take(long bytes) {
    if (!budget.take(tenant, taken, bytes)) {
      return false;
    }
    taken += bytes;
    return true;
  }

  /// Gives all of it back, when the request is answered.
  void release() {
    if (taken > 0) {
      budget.giveBack(tenant, taken);
      taken = 0;
    }
  }
}
