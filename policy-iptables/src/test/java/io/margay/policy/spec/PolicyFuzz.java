package io.margay.policy.spec;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** NetworkPolicies as people write them: one is read, in part or whole, or refused in words. */
public final class PolicyFuzz {
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setMaxAliasesForCollections(0).build();

  private PolicyFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (parse(input) instanceof Map<?, ?> spec) {
      PolicyReader.Reading reading = PolicyReader.read("NetworkPolicy \"n/p\"", spec(spec));
      if (reading.spec().isEmpty() && reading.problems().isEmpty()) {
        throw new AssertionError("refused without a word: " + spec);
      }
      if (!reading.equals(PolicyReader.read("NetworkPolicy \"n/p\"", spec(spec)))) {
        throw new AssertionError("not the same when it is read again: " + spec);
      }
    }
  }

  /** What an API server would have parsed; a text when it is no YAML. */
  private static Object parse(byte[] input) {
    try {
      return new Load(SETTINGS).loadFromString(new String(input, StandardCharsets.UTF_8));
    } catch (YamlEngineException | IllegalArgumentException e) {
      return "";
    }
  }

  @SuppressWarnings("unchecked") // the reader makes texts of its keys, whatever they are
  private static Map<String, Object> spec(Map<?, ?> parsed) {
    return (Map<String, Object>) parsed;
  }
}
