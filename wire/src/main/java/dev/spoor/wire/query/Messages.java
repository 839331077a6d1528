package dev.spoor.wire.query;

import dev.spoor.wire.json.JsonWriter;
import dev.spoor.wire.proto.ProtoWriter;
import java.util.List;

/// How messages stand in messages.
final class Messages {

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
}
