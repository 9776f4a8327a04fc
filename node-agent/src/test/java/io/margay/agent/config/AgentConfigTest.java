package io.margay.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
  private static AgentConfig.Reading read(String... namesAndValues) {
    var variables = new HashMap<String, String>(Map.of("NODENAME", "n1"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return AgentConfig.read(variables, Optional.empty());
  }

  @Test
  void calicosManifestIsUnderstood() {
    var reading =
        read(
            "DATASTORE_TYPE", "kubernetes",
            "CALICO_NETWORKING_BACKEND", "bird",
            "CLUSTER_TYPE", "k8s,bgp",
            "IP", "autodetect",
            "CALICO_IPV4POOL_CIDR", "10.244.0.0/16",
            "CALICO_IPV4POOL_IPIP", "Always",
            "CALICO_IPV4POOL_VXLAN", "Never",
            "FELIX_DEFAULTENDPOINTTOHOSTACTION", "ACCEPT",
            "FELIX_IPV6SUPPORT", "false",
            "FELIX_HEALTHENABLED", "true",
            "FELIX_IPINIPMTU", "0");
    assertThat(reading.problems()).isEmpty();
    AgentConfig config = reading.config();
    assertThat(config.ipv4().choice()).isEqualTo(new AddressChoice.Detect());
    assertThat(config.clusterTypes()).containsExactly("k8s", "bgp");
    assertThat(config.defaultPools())
        .singleElement()
        .satisfies(pool -> {
          assertThat(pool.cidr()).isEqualTo(Prefix.of("10.244.0.0/16"));
          assertThat(pool.blockSize()).isEqualTo(26);
          assertThat(pool.ipip()).isEqualTo(TunnelMode.ALWAYS);
          assertThat(pool.natOutgoing()).isTrue();
        });
    assertThat(config.dataplane().workloadToHost()).isEqualTo(WorkloadToHost.ACCEPT);
    assertThat(config.serving().health()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CALICO_IPV4POOL_IPIP      | sometimes  | one of Never, off, Always, CrossSubnet, cross-subnet
          FELIX_HEALTHPORT          | 70000      | a whole number, 1 to 65535
          FELIX_HEALTHENABLED       | perhaps    | true or false
          IP_AUTODETECTION_METHOD   | guess      | first-found, interface=REGEX
          IP_AUTODETECTION_METHOD   | interface=[| first-found, interface=REGEX
          IP                        | 10.0.0.300 | autodetect, none, an IPv4 address
          IP                        | fd00::1/64 | autodetect, none, an IPv4 address
          IP6                       | 10.0.0.1   | autodetect, none, an IPv6 address
          FELIX_INTERFACEPREFIX     | ,          | words of letters, digits, ., _ and -
          FELIX_INTERFACEPREFIX     | calico     | the first of up to 4 characters
          FELIX_INTERFACEPREFIX     | ca/i       | words of letters, digits, ., _ and -
          FELIX_EXTERNALNODESCIDRLIST | 10.0.0.0/8,here | addresses and CIDRs separated by commas
          FELIX_FEATUREDETECTOVERRIDE | ChecksumOffloadBroken | words like ChecksumOffloadBroken=true, separated by commas
          FELIX_MTUIFACEPATTERN     | eth(       | a regular expression
          MARGAY_FORWARDER_QUEUES   | 9          | a whole number, 0 to 8
          MARGAY_FORWARDER_QUEUES   | many       | a whole number, 0 to 8
          AS                        | 0          | an AS number, 1 to 4294967295, or high.low
          CALICO_NETWORKING_BACKEND | rip        | one of
          CALICO_IPV4POOL_BLOCK_SIZE| 33         | a whole number, 20 to 32
          CALICO_ROUTER_ID          | me         | hash, or an IPv4 address
          """)
  void aWrongValueIsNamedWithWhatIsAccepted(String name, String value, String accepted) {
    var reading = read(name, value, "CALICO_IPV4POOL_CIDR", "10.0.0.0/8");
    assertThat(reading.problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo(name);
          assertThat(problem.found()).contains(value);
          assertThat(problem.expected()).contains(accepted).contains("holds");
        });
  }

  @Test
  void noPoolIsMadeFromARangeThatCannotBeRead() {
    var reading = read("CALICO_IPV4POOL_CIDR", "10.0.0.0/33");
    assertThat(reading.config().defaultPools()).isEmpty();
    assertThat(reading.problems())
        .extracting(Problem::path)
        .containsExactly("CALICO_IPV4POOL_CIDR");
  }

  @Test
  void eachFamilyHasAPoolOfItsOwn() {
    var reading =
        read(
            "CALICO_IPV4POOL_CIDR", "10.0.0.0/16",
            "CALICO_IPV6POOL_CIDR", "fd00:10:244::/64",
            "CALICO_IPV6POOL_VXLAN", "CrossSubnet",
            "CALICO_IPV6POOL_NAT_OUTGOING", "true");
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.config().defaultPools())
        .hasSize(2)
        .last()
        .isEqualTo(
            new DefaultPool(
                Prefix.of("fd00:10:244::/64"),
                122,
                TunnelMode.NEVER,
                TunnelMode.CROSS_SUBNET,
                true,
                "all()",
                false));
    assertThat(
            read("CALICO_IPV6POOL_CIDR", "fd00::/64", "NO_DEFAULT_POOLS", "true")
                .config()
                .defaultPools())
        .isEmpty();
  }

  @Test
  void aRangeOfTheOtherFamilyMakesNoPool() {
    var reading = read("CALICO_IPV4POOL_CIDR", "fd00::/64", "CALICO_IPV6POOL_CIDR", "10.0.0.0/16");
    assertThat(reading.config().defaultPools()).isEmpty();
    assertThat(reading.problems()).hasSize(2);
  }

  @Test
  void onePoolHasOneEncapsulation() {
    var reading =
        read(
            "CALICO_IPV4POOL_CIDR", "10.0.0.0/16",
            "CALICO_IPV4POOL_IPIP", "Always",
            "CALICO_IPV4POOL_VXLAN", "Always");
    assertThat(reading.config().defaultPools()).isEmpty();
    assertThat(reading.problems()).hasSize(1);
  }

  @Test
  void noPoolIsMadeForNodesThatNobodyCanName() {
    var reading =
        read("CALICO_IPV4POOL_CIDR", "10.0.0.0/16", "CALICO_IPV4POOL_NODE_SELECTOR", "rack = 'a'");
    assertThat(reading.config().defaultPools()).isEmpty();
    assertThat(reading.problems())
        .singleElement()
        .hasToString(
            "environment: CALICO_IPV4POOL_NODE_SELECTOR is \"rack = 'a'\"; expected ==, !=, in, not"
                + " in, contains, starts with or ends with at character 5; no pool is made");
  }

  @Test
  void theNameComesFromVariableThenFileThenHostname() {
    assertThat(AgentConfig.read(Map.of("NODENAME", "a"), Optional.of("b")).config().nodeName())
        .isEqualTo("a");
    assertThat(AgentConfig.read(Map.of("HOSTNAME", "C"), Optional.of("b\n")).config().nodeName())
        .isEqualTo("b");
    assertThat(AgentConfig.read(Map.of("HOSTNAME", "C"), Optional.empty()).config().nodeName())
        .isEqualTo("c");
    assertThat(AgentConfig.read(Map.of(), Optional.empty()).problems()).hasSize(1);
  }

  @Test
  void everyDefaultIsAcceptedByItsOwnKey() {
    for (Key<?> key : Keys.all()) {
      assertThat(key.reader().apply(key.fallback())).as(key.name()).isPresent();
    }
  }

  @Test
  void aHashedRouterIdIsNeverMulticast() {
    for (int i = 0; i < 1000; i++) {
      Ip4 id = new RouterId.HashOfName().of("node" + i, Optional.empty()).orElseThrow();
      assertThat(id.bits() >>> 24).isLessThan(224);
    }
  }
}
