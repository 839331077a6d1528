package dev.spoor.platform.config;

import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Member;
import dev.spoor.platform.config.YamlNode.Scalar;
import dev.spoor.platform.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads YAML text into a tree that knows its places.
///
/// Anchors, aliases and merge keys (`<<`) are resolved here. A file may not hold more than
/// [#MAX_NODES] values once aliases are followed, nor nest deeper than [#MAX_DEPTH].
public final class YamlReader {

  static final int MAX_NODES = 200_000;
  static final int MAX_DEPTH = 64;

  private final String file;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private int nodes;

  private YamlReader(String file) {
    this.file = file;
  }

  /// The document as a mapping; an empty file is an empty mapping.
  ///
  /// @param file its name, for messages
  /// @param problems takes what is wrong but leaves the rest readable, such as a duplicate key
  /// @throws ConfigException for text that is not YAML, or another document than a mapping
  public static Mapping readMapping(String file, String text, List<ConfigProblem> problems)
      throws ConfigException {
    YamlReader reader = new YamlReader(file);
    YamlNode document = reader.document(text);
    problems.addAll(reader.problems);
    return switch (document) {
      case Mapping mapping -> mapping;
      case Scalar scalar when scalar.isNull() -> Mapping.empty(scalar.at());
      case Scalar scalar -> throw notAMapping(scalar);
      case Sequence sequence -> throw notAMapping(sequence);
    };
  }

  /// The document, whatever it is; an empty one is a null scalar.
  ///
  /// @throws ConfigException for text that is not YAML, or a duplicate key
  public static YamlNode read(String file, String text) throws ConfigException {
    YamlReader reader = new YamlReader(file);
    YamlNode document = reader.document(text);
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(reader.problems);
    }
    return document;
  }

  private static ConfigException notAMapping(YamlNode document) {
    return new ConfigException(
        List.of(new ConfigProblem(document.at(), "a mapping of sections is expected")));
  }

  private YamlNode document(String text) throws ConfigException {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setMaxAliasesForCollections(MAX_NODES) // what counts is what they grow to
            .setVersionFunction(version -> version)
            .build();
    try {
      checkDepth(new Parse(settings).parseString(text));
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.isPresent()
          ? convert(root.get(), 0)
          : new Scalar(new Position(file, 1, 1), "", true);
    } catch (MarkedYamlEngineException broken) {
      throw new ConfigException(List.of(problem(broken)));
    } catch (YamlEngineException broken) {
      throw new ConfigException(
          List.of(
              new ConfigProblem(new Position(file, 1, 1), String.valueOf(broken.getMessage()))));
    }
  }

  /// Events are read without recursion; nodes are not, so the depth is looked at first.
  private static void checkDepth(Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        throw new MarkedTooLarge("nested deeper than " + MAX_DEPTH, event.getStartMark());
      }
    }
  }

  private ConfigProblem problem(MarkedYamlEngineException broken) {
    String context = broken.getContext() == null ? "" : broken.getContext() + " ";
    Optional<Mark> mark = broken.getProblemMark().or(broken::getContextMark);
    return new ConfigProblem(at(mark), "not YAML: " + context + broken.getProblem());
  }

  private YamlNode convert(Node node, int depth) {
    Position at = at(node.getStartMark());
    if (++nodes > MAX_NODES) {
      throw new MarkedTooLarge("larger than " + MAX_NODES + " values", node.getStartMark());
    }
    if (depth > MAX_DEPTH) {
      throw new MarkedTooLarge("nested deeper than " + MAX_DEPTH, node.getStartMark());
    }
    return switch (node) {
      case ScalarNode scalar -> new Scalar(at, scalar.getValue(), scalar.isPlain());
      case SequenceNode sequence -> {
        List<YamlNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item, depth + 1));
        }
        yield new Sequence(at, items);
      }
      case MappingNode mapping -> mapping(mapping, at, depth);
      case AnchorNode anchor -> convert(anchor.getRealNode(), depth + 1);
      default -> throw new MarkedTooLarge("of an unknown kind", node.getStartMark());
    };
  }

  private Mapping mapping(MappingNode node, Position at, int depth) {
    Map<String, Member> own = new LinkedHashMap<>();
    Map<String, Member> merged = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Position keyAt = at(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(new ConfigProblem(keyAt, "a key must be a plain word"));
        continue;
      }
      YamlNode value = convert(tuple.getValueNode(), depth + 1);
      if (key.isPlain() && key.getValue().equals("<<")) {
        merge(merged, value);
      } else if (own.putIfAbsent(key.getValue(), new Member(keyAt, value)) != null) {
        problems.add(new ConfigProblem(keyAt, "field " + key.getValue() + " already set"));
      }
    }
    merged.forEach(own::putIfAbsent);
    return new Mapping(at, own);
  }

  private void merge(Map<String, Member> into, YamlNode value) {
    switch (value) {
      case Mapping mapping -> mapping.members().forEach(into::putIfAbsent);
      case Sequence sequence -> sequence.items().forEach(item -> merge(into, item));
      case Scalar scalar ->
          problems.add(
              new ConfigProblem(scalar.at(), "a merge needs a mapping, or a list of them"));
    }
  }

  private Position at(Optional<Mark> mark) {
    return mark.map(place -> new Position(file, place.getLine() + 1, place.getColumn() + 1))
        .orElseGet(() -> new Position(file, 1, 1));
  }

  /// A document that would cost too much.
  private static final class MarkedTooLarge extends MarkedYamlEngineException {

    private static final long serialVersionUID = 1L;

    MarkedTooLarge(String how, Optional<Mark> mark) {
      super("the document is", mark, how, mark);
    }
  }
}
