package io.margay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.cluster.Authority.Issued;
import io.margay.cluster.Authority.Subject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Certificates as the JDK reads them. */
class AuthorityTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final Authority authority = new Authority(DAY);

  private static X509Certificate read(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void serverIsKnownByItsNamesAndAddresses() throws GeneralSecurityException {
    X509Certificate server =
        read(
            authority
                .issue(Subject.server("api", List.of("api.tests", "127.9.8.7", "fd00::1")), DAY)
                .certificate());
    server.verify(read(authority.certificate()).getPublicKey());
    assertThat(server.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactly("api.tests", "127.9.8.7", "fd00:0:0:0:0:0:0:1");
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void userIsTheNameAndGroupsAreTheOrganisations() throws GeneralSecurityException {
    X509Certificate user =
        read(authority.issue(Subject.user("admin", "system:masters"), DAY).certificate());
    assertThat(user.getSubjectX500Principal().getName()).isEqualTo("CN=admin,O=system:masters");
    assertThat(user.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
  }

  @Test
  void keyBelongsToItsCertificate() throws GeneralSecurityException {
    Issued issued = authority.issue(Subject.user("admin"), DAY);
    byte[] key = Base64.getMimeDecoder().decode(issued.key().replaceAll("-----[^-]+-----", ""));
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
    signature.update(key);
    byte[] signed = signature.sign();
    signature.initVerify(read(issued.certificate()));
    signature.update(key);
    assertThat(signature.verify(signed)).isTrue();
  }

  @Test
  void certificateOfAnotherAuthorityIsNotOurs() throws GeneralSecurityException {
    X509Certificate user = read(authority.issue(Subject.user("admin"), DAY).certificate());
    X509Certificate other = read(new Authority(DAY).certificate());
    assertThatThrownBy(() -> user.verify(other.getPublicKey()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void expiredIsExpired() throws GeneralSecurityException {
    X509Certificate user =
        read(authority.issue(Subject.user("admin"), Duration.ofMinutes(-1)).certificate());
    assertThatThrownBy(user::checkValidity).hasMessageContaining("NotAfter");
  }
}
