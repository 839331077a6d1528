package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;
import java.util.Optional;

/// How messages stand in messages.
final class Messages {

  /// Of the enum `tempopb.PartialStatus`.
  private static final int PARTIAL = 1;

  private Messages() {}

  static void write(ProtoWriter writer, int field, Answer message) {
    int begun = writer.begin(field);
    message.writeTo(writer);
    writer.end(begun);
  }

  static void write(ProtoWriter writer, int field, List<? extends Answer> messages) {
    for (Answer message : messages) {
      write(writer, field, message);
    }
  }

  static void writeStrings(ProtoWriter writer, int field, List<String> strings) {
    for (String string : strings) {
      writer.string(field, string);
    }
  }

  static void write(JsonWriter json, String name, Answer message) {
    json.name(name);
    message.writeTo(json);
  }

  /// Writes the list, `[]` when it is empty.
  static void write(JsonWriter json, String name, List<? extends Answer> messages) {
    json.name(name).beginArray();
    for (Answer message : messages) {
      message.writeTo(json);
    }
    json.endArray();
  }

  static void writeUnlessEmpty(JsonWriter json, String name, List<? extends Answer> messages) {
    if (!messages.isEmpty()) {
      write(json, name, messages);
    }
  }

  /// Writes the list, `[]` when it is empty.
  static void writeStrings(JsonWriter json, String name, List<String> strings) {
    json.name(name).beginArray();
    for (String string : strings) {
      json.string(string);
    }
    json.endArray();
  }

  static void writeUnlessZero(ProtoWriter writer, int field, double value) {
    if (value != 0) {
      writer.float64(field, value);
    }
  }

  static void writeUnlessZero(JsonWriter json, String name, double value) {
    if (value != 0) {
      json.name(name).number(value);
    }
  }

  /// The status PARTIAL and the reason, in two fields next to each other.
  static void writePartial(ProtoWriter writer, int field, Optional<String> partial) {
    partial.ifPresent(reason -> {
      writer.uint32UnlessZero(field, PARTIAL);
      writer.string(field + 1, reason);
    });
  }

  static void writePartial(JsonWriter json, Optional<String> partial) {
    partial.ifPresent(
        reason -> json.name("status").string("PARTIAL").name("message").string(reason));
  }
}
