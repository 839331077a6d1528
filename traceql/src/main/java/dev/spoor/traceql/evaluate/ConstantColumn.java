package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;

/// The same value everywhere.
@SuppressWarnings("EnumOrdinal") // as [ValueColumn#longAt] has it
record ConstantColumn(Value value) implements ValueColumn {

  @Override
  public Type type(int ordinal) {
    return typeOf(value);
  }

  static Type typeOf(Value value) {
    return switch (value) {
      case Value.Nil _ -> Type.NIL;
      case Value.Int _ -> Type.INT;
      case Value.Float _ -> Type.FLOAT;
      case Value.Str _ -> Type.STRING;
      case Value.Bool _ -> Type.BOOL;
      case Value.Duration _ -> Type.DURATION;
      case Value.Status _ -> Type.STATUS;
      case Value.Kind _ -> Type.KIND;
      case Value.Array _ -> Type.ARRAY;
      case Value.Opaque _ -> Type.OPAQUE;
    };
  }

  @Override
  public long longAt(int ordinal) {
    return switch (value) {
      case Value.Int(long number) -> number;
      case Value.Duration(long nanos) -> nanos;
      case Value.Bool(boolean bool) -> bool ? 1 : 0;
      case Value.Status(Value.SpanStatus status) -> status.ordinal();
      case Value.Kind(Value.SpanKind kind) -> kind.ordinal();
      case Value.Nil _, Value.Float _, Value.Str _, Value.Array _, Value.Opaque _ -> 0;
    };
  }

  @Override
  public double doubleAt(int ordinal) {
    return value instanceof Value.Float(double number) ? number : 0;
  }

  @Override
  public int stringId(int ordinal) {
    return 0;
  }

  @Override
  public int stringIds() {
    return value instanceof Value.Str ? 1 : 0;
  }

  @Override
  public String string(int stringId) {
    return value instanceof Value.Str(String text) ? text : "";
  }

  @Override
  public Value at(int ordinal) {
    return value;
  }
}
