package dev.spoor.storage.columns;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.Pace;
import dev.spoor.traceql.fetch.QueryStoppedException;
import java.nio.charset.StandardCharsets;

/// Decides a comparison once for each dictionary entry that is asked about. One thread at a time.
final class DictionaryTest {

  private static final byte HOLDS = 1;
  private static final byte FAILS = 2;
  private static final int NOT_EQUALITY = -2;

  private final ByteDictionary strings;
  private final ConditionTest test;

  /// The only entry that holds, -1 when none does; or `NOT_EQUALITY`.
  private final int equal;

  private final byte[] ofStrings;
  private final byte[] ofOthers;
  private final Pace pace = new Pace();

  DictionaryTest(ByteDictionary strings, Condition condition) {
    this.strings = strings;
    this.test = new ConditionTest(condition);
    this.equal = entryThatIsEqual(strings, condition);
    this.ofStrings = new byte[equal == NOT_EQUALITY ? strings.size() : 0];
    this.ofOthers = new byte[strings.size()];
  }

  private static int entryThatIsEqual(ByteDictionary strings, Condition condition) {
    if (condition.operator() != Condition.Operator.EQUAL || condition.operands().size() != 1) {
      return NOT_EQUALITY;
    }
    return condition.operands().getFirst() instanceof Value.Str(String text)
        ? strings.find(text.getBytes(StandardCharsets.UTF_8))
        : -1;
  }

  boolean string(int id) throws QueryStoppedException {
    if (equal != NOT_EQUALITY) {
      return id == equal;
    }
    byte known = ofStrings[id];
    if (known == 0) {
      pace.step(strings.length(id));
      known = test.string(strings.data(), strings.start(id), strings.length(id)) ? HOLDS : FAILS;
      ofStrings[id] = known;
    }
    return known == HOLDS;
  }

  /// An attribute of one of the types of [ValueType].
  boolean attribute(byte type, long value) throws QueryStoppedException {
    return switch (type) {
      case ValueType.STRING -> string((int) value);
      case ValueType.INT -> test.attributeInts().test(value);
      case ValueType.DOUBLE -> test.attributeDoubles().test(value);
      case ValueType.BOOL -> test.bool(value != 0);
      default -> other((int) value);
    };
  }

  private boolean other(int id) {
    byte known = ofOthers[id];
    if (known == 0) {
      known = test.attribute(AnyValues.read(strings, id)) ? HOLDS : FAILS;
      ofOthers[id] = known;
    }
    return known == HOLDS;
  }
}
