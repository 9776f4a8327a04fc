package io.margay.kube.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.margay.kube.types.Wanted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads watched objects, and of them only what is {@link Wanted}; the rest never becomes objects.
 */
final class LeanReader extends JsonDeserializer<GenericKubernetesResource> {
  private LeanReader() {}

  /** For the mapper of fabric8's client. */
  static Module module() {
    return new SimpleModule().addDeserializer(GenericKubernetesResource.class, new LeanReader());
  }

  @Override
  public GenericKubernetesResource deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (!parser.isExpectedStartObjectToken()) {
      return (GenericKubernetesResource)
          context.handleUnexpectedToken(GenericKubernetesResource.class, parser);
    }
    var object = new GenericKubernetesResource();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "apiVersion" -> object.setApiVersion(parser.getValueAsString());
        case "kind" -> object.setKind(parser.getValueAsString());
        case "metadata" -> object.setMetadata(metadata(object(parser, Wanted.METADATA)));
        default -> object.setAdditionalProperty(name, value(parser, Wanted.OBJECT.member(name)));
      }
    }
    return object;
  }

  private static ObjectMeta metadata(Map<String, @Nullable Object> members) {
    var meta = new ObjectMeta();
    meta.setNamespace(text(members.get("namespace")));
    meta.setName(text(members.get("name")));
    meta.setUid(text(members.get("uid")));
    meta.setResourceVersion(text(members.get("resourceVersion")));
    meta.setDeletionTimestamp(text(members.get("deletionTimestamp")));
    // A bookmark has a list's metadata.
    meta.setLabels(texts(members.get("labels")));
    meta.setAnnotations(texts(members.get("annotations")));
    return meta;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static @Nullable Map<String, String> texts(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return null;
    }
    var texts = new LinkedHashMap<String, String>();
    map.forEach((key, text) -> texts.put(key.toString(), text == null ? "" : text.toString()));
    return texts;
  }

  private static @Nullable Object value(JsonParser parser, Wanted wanted) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, wanted);
      case START_ARRAY -> list(parser, wanted);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_EMBEDDED_OBJECT -> parser.getEmbeddedObject();
      case VALUE_NULL, FIELD_NAME, END_OBJECT, END_ARRAY, NOT_AVAILABLE -> null;
    };
  }

  /** The members of the object that begins here; none when it is something else. */
  private static Map<String, @Nullable Object> object(JsonParser parser, Wanted wanted)
      throws IOException {
    var members = new LinkedHashMap<String, @Nullable Object>();
    if (!parser.isExpectedStartObjectToken()) {
      parser.skipChildren();
      return members;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      Wanted below = wanted.member(name);
      if (below == Wanted.NOTHING) {
        parser.skipChildren();
      } else {
        members.put(name, value(parser, below));
      }
    }
    return members;
  }

  private static List<@Nullable Object> list(JsonParser parser, Wanted wanted) throws IOException {
    var items = new ArrayList<@Nullable Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser, wanted));
    }
    return items;
  }
}
