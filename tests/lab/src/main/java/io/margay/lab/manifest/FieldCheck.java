package io.margay.lab.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.margay.foundation.tree.Tree;
import io.margay.lab.api.ResourceKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether an object has only fields that its API type knows, and of the right kind. */
final class FieldCheck {
  private static final Map<ResourceKind, Class<?>> TYPES =
      Map.of(
          ResourceKind.DEPLOYMENT, Deployment.class,
          ResourceKind.POD, Pod.class,
          ResourceKind.SERVICE, Service.class,
          ResourceKind.SERVICE_ACCOUNT, ServiceAccount.class,
          ResourceKind.SECRET, Secret.class,
          ResourceKind.NAMESPACE, Namespace.class,
          ResourceKind.NETWORK_POLICY, NetworkPolicy.class);

  private FieldCheck() {}

  static boolean knows(ResourceKind kind) {
    return TYPES.containsKey(kind) || CalicoFields.know(kind);
  }

  /** Notes every field that is not known, and the first of a wrong kind. */
  static void check(ResourceKind kind, Tree tree, JsonNode object) {
    Class<?> type = TYPES.get(kind);
    if (type == null) {
      CalicoFields.check(kind, tree);
      return;
    }
    var unknown = new Unknown(tree);
    ObjectMapper mapper = new ObjectMapper();
    mapper.setAnnotationIntrospector(new NoAnySetter());
    mapper.addHandler(unknown);
    try {
      mapper.treeToValue(object, type);
    } catch (JsonMappingException e) {
      at(tree, steps(e)).problem("of the kind that " + type.getSimpleName() + " has there");
    } catch (IOException e) {
      tree.problem("a " + type.getSimpleName());
    }
  }

  private static List<Object> steps(JsonMappingException e) {
    return e.getPath().stream()
        .<Object>map(step -> step.getFieldName() == null ? step.getIndex() : step.getFieldName())
        .collect(Collectors.toList());
  }

  /** Goes down by names and list indexes. */
  private static Tree at(Tree tree, List<Object> steps) {
    Tree here = tree;
    for (Object step : steps) {
      if (step instanceof Integer index) {
        List<Tree> items = here.items();
        if (index >= items.size()) {
          return here;
        }
        here = items.get(index);
      } else {
        here = here.at(step.toString());
      }
    }
    return here;
  }

  /** fabric8's classes keep what they do not know; without that Jackson asks the handler. */
  private static final class NoAnySetter extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  private static final class Unknown extends DeserializationProblemHandler {
    private final Tree tree;

    Unknown(Tree tree) {
      this.tree = tree;
    }

    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        JsonDeserializer<?> deserializer,
        Object beanOrClass,
        String name)
        throws IOException {
      var known = new TreeSet<String>();
      if (deserializer.getKnownPropertyNames() != null) {
        deserializer.getKnownPropertyNames().forEach(property -> known.add(property.toString()));
      }
      at(tree, pointer(parser))
          .problem("no such field here; known are " + String.join(", ", known));
      parser.skipChildren();
      return true;
    }

    private static List<Object> pointer(JsonParser parser) {
      var steps = new ArrayList<Object>();
      var pointer = parser.getParsingContext().pathAsPointer();
      while (pointer != null && !pointer.matches()) {
        steps.add(
            pointer.mayMatchElement()
                ? (Object) pointer.getMatchingIndex()
                : pointer.getMatchingProperty());
        pointer = pointer.tail();
      }
      return steps;
    }
  }
}
