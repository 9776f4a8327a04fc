package io.margay.cluster;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate authority for one cluster, and keys in the form that its programs read. */
final class Authority {
  /** Clocks of machines that talk to each other are not quite equal. */
  private static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final int CLIENT_KEY_BITS = 2048;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, "margay-tests").build();
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  /**
   * A new authority.
   *
   * @param life how long its certificate is good
   */
  Authority(Duration life) {
    try {
      var builder = builder(name, keys, life);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
      this.certificate = sign(builder);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("no certificate", e);
    }
  }

  /** A certificate and its private key, as PEM. */
  record Issued(String certificate, String key) {}

  /** Whose certificate: a user in groups, or a server under names and addresses. */
  record Subject(String user, List<String> groups, List<String> hosts) {
    static Subject user(String name, String... groups) {
      return new Subject(name, List.of(groups), List.of());
    }

    static Subject server(String name, List<String> hosts) {
      return new Subject(name, List.of(), List.copyOf(hosts));
    }
  }

  /** Its own certificate, as PEM. */
  String certificate() {
    return pem(certificate);
  }

  Issued issue(Subject subject, Duration life) {
    var names = new X500NameBuilder();
    subject.groups().forEach(group -> names.addRDN(BCStyle.O, group));
    names.addRDN(BCStyle.CN, subject.user());
    boolean isServer = !subject.hosts().isEmpty();
    KeyPair own = isServer ? newKeys() : newClientKeys();
    try {
      var builder = builder(names.build(), own, life);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              isServer ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth));
      if (isServer) {
        builder.addExtension(Extension.subjectAlternativeName, false, names(subject.hosts()));
      }
      return new Issued(pem(sign(builder)), privateKey(own));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("no certificate for " + subject.user(), e);
    }
  }

  private static GeneralNames names(List<String> hosts) {
    return new GeneralNames(
        hosts.stream()
            .map(host ->
                new GeneralName(
                    isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
            .toArray(GeneralName[]::new));
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  private JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair own, Duration life) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        name,
        new BigInteger(64, RANDOM),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(life)),
        subject,
        own.getPublic());
  }

  private X509Certificate sign(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  /** fabric8's client takes every PKCS #8 key of a kubeconfig for an RSA key. */
  private static KeyPair newClientKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(CLIENT_KEY_BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  static String privateKey(KeyPair keys) {
    return pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  static String publicKey(KeyPair keys) {
    return pem(new PemObject("PUBLIC KEY", keys.getPublic().getEncoded()));
  }

  private static String pem(Object object) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot be written to", e);
    }
    return text.toString();
  }
}
