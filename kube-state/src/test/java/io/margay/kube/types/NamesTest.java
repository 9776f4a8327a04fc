package io.margay.kube.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problems;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, labels and small words of Calico's objects. */
class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.1.64/26, 10-0-1-64-26",
    "fd00:1::40/122, fd00-1--40-122",
  })
  void blockIsNamedByItsCidr(String cidr, String name) {
    assertThat(IpamWriter.name(Prefix.of(cidr))).isEqualTo(name);
  }

  @Test
  void affinityIsNamedByOwnerAndCidr() {
    var key = new Affinity.Key(Owner.host("node-a"), Prefix.of("10.0.1.64/26"));
    assertThat(IpamWriter.name(key)).isEqualTo("node-a-10-0-1-64-26");
  }

  @Test
  void affinityOfALongNameIsCutAndHashed() {
    var key = new Affinity.Key(Owner.host("n".repeat(250)), Prefix.of("10.0.1.64/26"));
    String name = IpamWriter.name(key);
    // 252 - 12 - 13 of the host, the CIDR, 11 digits, two dashes.
    assertThat(name).hasSize(252).startsWith("n".repeat(227) + "-10-0-1-64-26-");
    assertThat(name.substring(241)).matches("[0-9a-f]{11}");
  }

  @Test
  void handleIsNamedInLowerCase() {
    assertThat(IpamWriter.handleName("k8s-pod-network.0AbC")).isEqualTo("k8s-pod-network.0abc");
  }

  // printf node-a | openssl dgst -sha3-256 -binary | base32 | tr -d =
  @Test
  void affinityHasTheLabelsThatCalicoListsBy() {
    var key = new Affinity.Key(Owner.host("node-a"), Prefix.of("fd00::/122"));
    assertThat(IpamWriter.labels(key))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "projectcalico.org/hostname-hash",
                    "PY3TQE2E3XMTETLM2MJO3UITKPFB27YUJ4T4E5XGPEJON3SM4QAA",
                "projectcalico.org/affinity-type", "host",
                "projectcalico.org/ip-version", "6"));
  }

  @ParameterizedTest
  @CsvSource({
    "65000, 65000",
    "1.10, 65546",
    "0, 0",
    "4294967295, 4294967295",
    "65535.65535, 4294967295"
  })
  void asNumbersAreReadPlainAndDotted(String text, long value) {
    assertThat(AsNumber.parse(text)).contains(new AsNumber(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "4294967296",
        "1.",
        ".1",
        "1.65536",
        "65536.0",
        "1.2.3",
        "AS1",
        "99999999999"
      })
  void otherTextsAreNoAsNumbers(String text) {
    assertThat(AsNumber.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "120s, 120000",
    "1m30s, 90000",
    "1.5h, 5400000",
    "300ms, 300",
    "0, 0",
    "0s, 0",
    "1h2m3s4ms, 3723004"
  })
  void durationsAreReadAsGoWritesThem(String text, long millis) {
    assertThat(GoDuration.parse(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "1x", "-5s", "1s ", "1 s", "999999999999999h", "1.s2"})
  void otherTextsAreNoDurations(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  @Test
  void wrappedLabelsLieOverTheRealOnes() {
    Map<String, Object> object =
        Json.object(
                """
                {"metadata": {"name": "east", "labels": {"a": "real", "b": "real"}, "annotations": {
                  "projectcalico.org/metadata":
                    "{\\"labels\\":{\\"a\\":\\"wrapped\\"},\\"annotations\\":{\\"n\\":\\"v\\"}}"}}}
                """)
            .orElseThrow();
    ObjectMeta meta = StoredObject.of(Kind.IP_POOL, object, new Problems(), Interner.none()).meta();
    assertThat(meta.labels()).isEqualTo(Map.of("a", "wrapped", "b", "real"));
    assertThat(meta.annotations()).isEqualTo(Map.of("n", "v"));
  }

  @Test
  void whatIsWrappedIsReadBack() {
    Map<String, String> labels = Map.of("projectcalico.org/tier", "default");
    var object = new HashMap<String, Object>();
    object.put("metadata", CalicoMetadata.stored("x", labels));
    ObjectMeta meta = StoredObject.of(Kind.IP_POOL, object, new Problems(), Interner.none()).meta();
    assertThat(meta.labels()).isEqualTo(labels);
    assertThat(meta.annotations()).isEmpty();
  }

  @Test
  void equalLabelSetsAreHeldOnce() {
    var interner = new Interner();
    Map<String, String> one = interner.labels(Map.of("app", "web", "tier", "front"));
    Map<String, String> two = interner.labels(new HashMap<>(one));
    assertThat(one).isSameAs(two);
    assertThat(interner.optional(Optional.of(interner.nodeName("a"))))
        .isSameAs(interner.optional(Optional.of(interner.nodeName("a"))));
  }
}
