package io.margay.agent.standalone;

import io.margay.foundation.tree.Problem;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML document with the place of each of its values.
 *
 * @param value maps, lists, texts, numbers, booleans; null for an empty document
 * @param places by path as {@link Problem#path} writes it; lines and columns count from one
 */
record YamlText(@Nullable Object value, Map<String, Place> places) {
  /** Where a value begins. */
  record Place(int line, int column) {
    @Override
    public String toString() {
      return line + ":" + column;
    }
  }

  /** A document, or why it is none. */
  sealed interface Parsed {
    record Document(YamlText text) implements Parsed {}

    /** Not YAML. */
    record Broken(Place place, String why) implements Parsed {}
  }

  private static final Place BEGINNING = new Place(1, 1);

  static Parsed parse(String text) {
    LoadSettings settings = LoadSettings.builder().build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      Object value = new StandardConstructor(settings).constructSingleDocument(root);
      var places = new HashMap<String, Place>();
      root.ifPresent(
          node -> note("", node, places, Collections.newSetFromMap(new IdentityHashMap<>())));
      return new Parsed.Document(new YamlText(value, places));
    } catch (MarkedYamlEngineException e) {
      return new Parsed.Broken(
          e.getProblemMark().map(YamlText::place).orElse(BEGINNING), e.getProblem());
    } catch (YamlEngineException e) {
      return new Parsed.Broken(BEGINNING, String.valueOf(e.getMessage()));
    } catch (StackOverflowError _) {
      // The library descends by calling itself and has no limit of its own.
      return new Parsed.Broken(BEGINNING, "nested too deeply");
    }
  }

  /** The place of the value, or of the nearest one that it is missing from. */
  Place placeOf(String path) {
    for (String at = path; !at.isEmpty(); at = parent(at)) {
      Place place = places.get(at);
      if (place != null) {
        return place;
      }
    }
    return places.getOrDefault("", BEGINNING);
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }

  /**
   * @param above nodes that this one lies in: an alias may name one of them
   */
  private static void note(String path, Node node, Map<String, Place> places, Set<Node> above) {
    node.getStartMark().ifPresent(mark -> places.put(path, place(mark)));
    if (!above.add(node)) {
      return;
    }
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple member : mapping.getValue()) {
          if (member.getKeyNode() instanceof ScalarNode key) {
            String name = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            note(name, member.getValueNode(), places, above);
          }
        }
      }
      case SequenceNode sequence -> {
        for (int i = 0; i < sequence.getValue().size(); i++) {
          note(path + "[" + i + "]", sequence.getValue().get(i), places, above);
        }
      }
      default -> {
        // A scalar holds nothing.
      }
    }
    above.remove(node);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
