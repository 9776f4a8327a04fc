package io.margay.kube.types;

import io.margay.foundation.tree.Problems;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Objects as an API server may hold them: each kind is read or refused with what is wrong. */
public final class ObjectFuzz {
  /** No record is made of these by itself. */
  private static final Set<Kind> WITHOUT_RECORD =
      EnumSet.of(Kind.SECRET, Kind.LEASE, Kind.CALICO_NODE_STATUS);

  private ObjectFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    Json.object(new String(input, StandardCharsets.UTF_8))
        .ifPresent(object -> {
          for (Kind kind : Kind.values()) {
            read(kind, object);
          }
        });
  }

  private static void read(Kind kind, Map<String, Object> object) {
    var problems = new Problems();
    boolean read =
        ReadersTest.read(StoredObject.of(kind, object, problems, new Interner())).isPresent();
    if (!read && problems.isEmpty() && !WITHOUT_RECORD.contains(kind)) {
      throw new AssertionError(kind + " is refused without a word: " + object);
    }
  }
}
