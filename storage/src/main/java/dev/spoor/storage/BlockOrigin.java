package dev.spoor.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Of which blocks others were made, as an object beside each of the new ones. It is there from
/// before the new blocks are live until all old ones are retired, so that a merge which was cut
/// short can be finished, or be taken back.
///
/// @param outputs all blocks that the merge made
/// @param inputs the blocks whose spans they have
public record BlockOrigin(List<UUID> outputs, List<UUID> inputs) {

  private static final String HEADER = "spoor-origin 1";
  private static final String OUTPUT = "output ";
  private static final String INPUT = "input ";

  public BlockOrigin {
    outputs = List.copyOf(outputs);
    inputs = List.copyOf(inputs);
  }

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    outputs.forEach(id -> text.append(OUTPUT).append(id).append('\n'));
    inputs.forEach(id -> text.append(INPUT).append(id).append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// @param name of the object, for messages
  static BlockOrigin parse(byte[] bytes, String name) throws IOException {
    List<String> lines = new String(bytes, StandardCharsets.US_ASCII).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new IOException(name + ": line 1 is not '" + HEADER + "'");
    }
    List<UUID> outputs = new ArrayList<>();
    List<UUID> inputs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      try {
        if (line.startsWith(OUTPUT)) {
          outputs.add(UUID.fromString(line.substring(OUTPUT.length())));
        } else if (line.startsWith(INPUT)) {
          inputs.add(UUID.fromString(line.substring(INPUT.length())));
        } else {
          throw new IllegalArgumentException("neither input nor output");
        }
      } catch (IllegalArgumentException malformed) {
        throw new IOException("%s: line %d: %s".formatted(name, i + 1, malformed.getMessage()));
      }
    }
    return new BlockOrigin(outputs, inputs);
  }
}
