package io.margay.lab.manifest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.cluster.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads manifests as a strict API server would: every field must be one that its type knows, every
 * CIDR must be one. All that is wrong is told at once.
 */
public final class ManifestReader {
  private static final String CALICO_GROUP = "projectcalico.org/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Problems problems = new Problems();
  private final List<StoredObject> objects = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private ManifestReader() {}

  /** Reads files, by name, each of any number of documents. */
  public static Manifests read(Map<String, String> files) {
    var reader = new ManifestReader();
    files.forEach(reader::readFile);
    return new Manifests(reader.objects, reader.skipped, reader.problems.all());
  }

  private void readFile(String file, String text) {
    var settings = LoadSettings.builder().setLabel(file).build();
    try {
      for (Object document : new Load(settings).loadAllFromString(text)) {
        if (document != null) {
          readDocument(file, document);
        }
      }
    } catch (YamlEngineException e) {
      String where = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", " ");
      problems.add(new Problem(file, "the document", where, "YAML"));
    }
  }

  private void readDocument(String file, Object document) {
    Tree tree = Tree.of(file, document, problems);
    String kind = tree.at("kind").requiredText();
    if (kind.equals("List")) {
      tree.at("items").items().forEach(item -> item.raw().ifPresent(o -> readDocument(file, o)));
      return;
    }
    String apiVersion = tree.at("apiVersion").requiredText();
    String name = tree.at("metadata", "name").requiredText();
    String subject = kind + " \"" + name + "\"";
    Optional<ResourceKind> known = known(kind, apiVersion);
    if (kind.isEmpty() || name.isEmpty()) {
      return;
    }
    if (known.isEmpty()) {
      skipped.add(subject + " (" + file + ")");
      return;
    }
    if (!(JSON.valueToTree(document) instanceof ObjectNode object)) {
      tree.problem("an object");
      return;
    }
    check(known.get(), Tree.of(file + ": " + subject, document, problems), object);
    object.put("apiVersion", known.get().apiVersion());
    ObjectNode metadata = object.withObject("/metadata");
    if (!known.get().namespaced()) {
      metadata.remove("namespace");
    } else if (!metadata.hasNonNull("namespace")) {
      metadata.put("namespace", "default");
    }
    objects.add(new StoredObject(known.get(), object));
  }

  /** Calico's kinds are taken in both of its groups and kept in the one that it stores. */
  private static Optional<ResourceKind> known(String kind, String apiVersion) {
    return ResourceKind.named(kind)
        .filter(known ->
            known.apiVersion().equals(apiVersion)
                || (apiVersion.equals(CALICO_GROUP + "v3")
                    && known.apiVersion().contains(CALICO_GROUP)))
        .filter(FieldCheck::knows);
  }

  private void check(ResourceKind kind, Tree tree, ObjectNode object) {
    FieldCheck.check(kind, tree, object);
    if (kind.equals(ResourceKind.NETWORK_POLICY)) {
      checkPeers(tree.at("spec", "ingress").items(), "from");
      checkPeers(tree.at("spec", "egress").items(), "to");
    }
  }

  private static void checkPeers(List<Tree> rules, String side) {
    for (Tree rule : rules) {
      for (Tree peer : rule.at(side).items()) {
        Tree block = peer.at("ipBlock");
        block.at("cidr").prefix();
        block.at("except").items().forEach(Tree::prefix);
      }
    }
  }
}
