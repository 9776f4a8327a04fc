package io.margay.cluster.fault;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** The server's certificate, to speak in its place, and its authority's, to know it. */
final class Identity {
  private static final String[] HTTP_1 = {"http/1.1"};

  private final SSLContext context;

  private Identity(SSLContext context) {
    this.context = context;
  }

  /**
   * Reads the files of a control plane.
   *
   * @param pki the folder with ca.crt, server.crt and server.key (an EC key)
   */
  static Identity of(Path pki) throws IOException {
    try {
      Certificate own = certificate(pki.resolve("server.crt"));
      KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
      keys.load(null, null);
      keys.setKeyEntry(
          "server", key(pki.resolve("server.key")), new char[0], new Certificate[] {own});
      keys.setCertificateEntry("authority", certificate(pki.resolve("ca.crt")));
      var mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      mine.init(keys, new char[0]);
      var theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      theirs.init(keys);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(mine.getKeyManagers(), theirs.getTrustManagers(), null);
      return new Identity(context);
    } catch (GeneralSecurityException e) {
      throw new IOException(pki + " cannot be used", e);
    }
  }

  /** TLS as the server on a connection that was taken; HTTP/1.1 is all that it speaks. */
  SSLSocket asServer(Socket plain) throws IOException {
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
    socket.setUseClientMode(false);
    return speakingHttp1(socket);
  }

  /** TLS as a client on a connection to the server. */
  SSLSocket asClient(Socket plain) throws IOException {
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
    return speakingHttp1(socket);
  }

  private static SSLSocket speakingHttp1(SSLSocket socket) throws IOException {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(HTTP_1);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static Certificate certificate(Path file) throws IOException, GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    byte[] bytes = Base64.getDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
  }
}
