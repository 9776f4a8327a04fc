package io.margay.kube.warm;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Interner;
import io.margay.kube.types.NodeName;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The image's records as JSON: members are the records' components, addresses and names are texts,
 * what is absent is left out. A member that is unknown or missing is an error: the file is of
 * another version then, whatever it says.
 */
final class WarmMapper {
  private WarmMapper() {}

  static ObjectMapper create(Interner interner) {
    return JsonMapper.builder()
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .addModule(values(interner))
        .visibility(PropertyAccessor.ALL, Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, Visibility.ANY)
        .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .addMixIn(BgpPeer.Peer.class, PeerNames.class)
        .addMixIn(BgpFilter.Operation.class, OperationNames.class)
        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
        .build();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = BgpPeer.Peer.Address.class, name = "address"),
    @JsonSubTypes.Type(value = BgpPeer.Peer.Nodes.class, name = "nodes"),
    @JsonSubTypes.Type(value = BgpPeer.Peer.LocalWorkloads.class, name = "localWorkloads")
  })
  private interface PeerNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = BgpFilter.Operation.AddCommunity.class, name = "addCommunity"),
    @JsonSubTypes.Type(value = BgpFilter.Operation.PrependAsPath.class, name = "prependAsPath"),
    @JsonSubTypes.Type(value = BgpFilter.Operation.SetPriority.class, name = "setPriority")
  })
  private interface OperationNames {}

  private static SimpleModule values(Interner interner) {
    var module = new SimpleModule("margay");
    // Equal texts and label sets are held once, as they are when a watch tells them.
    module.setDeserializers(new MapsOfTexts(interner));
    text(module, String.class, interner::text);
    text(module, Ip.class, Ip::of);
    text(module, Ip4.class, text -> (Ip4) Ip.of(text));
    text(module, Ip6.class, text -> (Ip6) Ip.of(text));
    text(module, Prefix.class, Prefix::of);
    text(module, InterfaceAddress.class, InterfaceAddress::of);
    text(module, NodeName.class, interner::nodeName);
    text(module, AsNumber.class, WarmMapper::asNumber);
    return module;
  }

  private static AsNumber asNumber(String text) {
    return AsNumber.parse(text)
        .orElseThrow(() -> new IllegalArgumentException("expected an AS number"));
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
    if (type != String.class) {
      module.addSerializer(type, ToStringSerializer.instance);
    }
    module.addDeserializer(type, new Text<>(type, parse));
  }

  /** A value that is written as one text. */
  private static final class Text<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1;

    private final transient Function<String, T> parse;

    Text(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public @Nullable T deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      String text = in.getValueAsString();
      if (text == null) {
        return handleUnexpected(in, context);
      }
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(text, handledType(), e.getMessage());
      }
    }

    @SuppressWarnings("unchecked") // Jackson answers with the type that it is asked for
    private @Nullable T handleUnexpected(JsonParser in, DeserializationContext context)
        throws IOException {
      return (T) context.handleUnexpectedToken(handledType(), in);
    }
  }

  /** Maps from text to text: labels and annotations. */
  private static final class MapsOfTexts extends SimpleDeserializers {
    private static final long serialVersionUID = 1;

    private final transient Interner interner;

    MapsOfTexts(Interner interner) {
      this.interner = interner;
    }

    @Override
    public @Nullable JsonDeserializer<?> findMapDeserializer(
        MapType type,
        DeserializationConfig config,
        BeanDescription bean,
        @Nullable KeyDeserializer key,
        @Nullable TypeDeserializer elementType,
        @Nullable JsonDeserializer<?> element) {
      return type.getContentType().hasRawClass(String.class) ? new TextMap(interner) : null;
    }
  }

  private static final class TextMap extends StdDeserializer<Map<String, String>> {
    private static final long serialVersionUID = 1;

    private final transient Interner interner;

    TextMap(Interner interner) {
      super(Map.class);
      this.interner = interner;
    }

    @Override
    public Map<String, String> deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      var map = new HashMap<String, String>();
      for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
        String value = in.nextTextValue();
        if (value == null) {
          throw context.wrongTokenException(in, String.class, JsonToken.VALUE_STRING, key);
        }
        map.put(key, value);
      }
      return interner.labels(map);
    }
  }
}
