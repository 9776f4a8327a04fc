package io.margay.agent.stage;

import io.margay.bgp.speaker.Secret;
import io.margay.kube.types.SecretKey;
import io.margay.kube.types.SecretState;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Passwords of BGP sessions, out of the Secrets that the cluster's objects name. A session whose
 * password is not known is not opened: one without would be another's to take.
 */
final class Passwords {
  private final Map<String, SecretState> secrets;
  private final Set<String> notes;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param secrets what is known, by name
   * @param notes told why a password cannot be had
   */
  Passwords(Map<String, SecretState> secrets, Set<String> notes) {
    this.secrets = secrets;
    this.notes = notes;
  }

  /** The Secrets that were asked for. */
  Set<String> asked() {
    return asked;
  }

  /**
   * A password; empty when it cannot be had now.
   *
   * @param where the field that names the Secret, for people
   */
  Optional<Secret> find(String where, SecretKey key) {
    asked.add(key.name());
    String secret = "Secret \"" + key.name() + "\" in the agent's namespace";
    return switch (secrets.getOrDefault(key.name(), new SecretState.Unread(Optional.empty()))) {
      // Before it is asked for, or while the answer is on its way: nothing to tell yet.
      case SecretState.Unread(Optional<String> trouble) -> {
        trouble.ifPresent(why -> refuse(where, secret + " cannot be read: " + why));
        yield Optional.empty();
      }
      case SecretState.Absent _ -> refuse(where, "there is no " + secret);
      case SecretState.Present(Map<String, String> values, boolean deleted) -> {
        if (deleted) {
          notes.add(where + ": " + secret + " was deleted; its last password stays in use");
        }
        String value = values.get(key.key());
        yield value == null
            ? refuse(where, secret + " has no text under data." + key.key())
            : usable(where, secret + ", data." + key.key(), value);
      }
    };
  }

  private Optional<Secret> usable(String where, String what, String value) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > Secret.MAX_BYTES) {
      return refuse(where, what + " is of " + bytes + " bytes; 1 to " + Secret.MAX_BYTES);
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      // As echo leaves one: no router is configured with it, and the session would just not come.
      return refuse(where, what + " has a line feed or another control character");
    }
    return Optional.of(new Secret(value));
  }

  private Optional<Secret> refuse(String where, String why) {
    notes.add(where + ": " + why + "; the sessions are not opened");
    return Optional.empty();
  }
}
