package io.margay.cluster;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The way to a server, to be completed by who comes.
 *
 * @param authority its certificate, as PEM
 */
record Kubeconfig(URI server, String authority) {
  String withToken(String token) {
    return text("token: " + token);
  }

  String withCertificate(Authority.Issued issued) {
    return text(
        "client-certificate-data: %s, client-key-data: %s"
            .formatted(base64(issued.certificate()), base64(issued.key())));
  }

  private String text(String user) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: tests, cluster: {server: "%s", certificate-authority-data: %s}}]
    users: [{name: tests, user: {%s}}]
    contexts: [{name: tests, context: {cluster: tests, user: tests}}]
    current-context: tests
    """
        .formatted(server, base64(authority), user);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
