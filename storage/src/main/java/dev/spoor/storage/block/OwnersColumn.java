package dev.spoor.storage.block;

import dev.spoor.storage.columns.TraceBatch;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;
import org.jspecify.annotations.Nullable;

/// Gives each span the value of what it belongs to: its trace, resource or scope.
final class OwnersColumn implements ValueColumn {

  private final ValueColumn owners;
  private final int[] firsts;

  /// The owner that was asked for last; the next one is often the same.
  private int owner;

  /// @param firsts for each owner its first span, and one more
  OwnersColumn(ValueColumn owners, int[] firsts) {
    this.owners = owners;
    this.firsts = firsts;
  }

  private int ownerOf(int ordinal) {
    if (ordinal < firsts[owner]) {
      owner = TraceBatch.ownerOf(firsts, ordinal);
    }
    while (firsts[owner + 1] <= ordinal) {
      owner++;
    }
    return owner;
  }

  @Override
  public Type type(int ordinal) {
    return owners.type(ownerOf(ordinal));
  }

  @Override
  public @Nullable Type uniformType() {
    return owners.uniformType();
  }

  @Override
  public int sameUntil(int ordinal) {
    return firsts[ownerOf(ordinal) + 1];
  }

  @Override
  public long longAt(int ordinal) {
    return owners.longAt(ownerOf(ordinal));
  }

  @Override
  public double doubleAt(int ordinal) {
    return owners.doubleAt(ownerOf(ordinal));
  }

  @Override
  public int stringId(int ordinal) {
    return owners.stringId(ownerOf(ordinal));
  }

  @Override
  public int stringIds() {
    return owners.stringIds();
  }

  @Override
  public String string(int stringId) {
    return owners.string(stringId);
  }

  @Override
  public Value at(int ordinal) {
    return owners.at(ownerOf(ordinal));
  }
}
