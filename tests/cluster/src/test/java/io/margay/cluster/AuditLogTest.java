package io.margay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final String UPDATE =
      """
      {"kind":"Event","stage":"ResponseComplete","verb":"update","user":{"username":"ann"},\
      "objectRef":{"resource":"nodes","name":"east","apiVersion":"v1","subresource":"status"},\
      "responseStatus":{"code":403},"annotations":{"authorization.k8s.io/decision":"forbid"}}
      """;
  private static final String VERSION =
      """
      {"kind":"Event","verb":"get","user":{"username":"ann"},"requestURI":"/version"}
      """;

  @Test
  void readsRequestsForObjectsAndLeavesAHalfWrittenLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("audit.log");
    Files.writeString(file, UPDATE + VERSION + UPDATE.substring(0, 50));
    assertThat(new AuditLog(file).requests())
        .singleElement()
        .satisfies(request -> {
          assertThat(request.user()).isEqualTo("ann");
          assertThat(request.roleResource()).isEqualTo("nodes/status");
          assertThat(request.name()).isEqualTo("east");
          assertThat(request.code()).isEqualTo(403);
          assertThat(request.allowed()).isFalse();
        });
  }

  @Test
  void noFileIsNoRequests(@TempDir Path folder) {
    assertThat(new AuditLog(folder.resolve("none")).requests()).isEmpty();
  }
}
