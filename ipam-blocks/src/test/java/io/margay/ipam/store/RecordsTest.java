package io.margay.ipam.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Prefix;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsTest {
  @ParameterizedTest
  @CsvSource({
    "host:node-a, host, node-a",
    "virtual:load-balancer, virtual, load-balancer",
    "host:a:b, host, a:b",
    "node-a, '', node-a",
    ":x, '', :x",
    "host:, host, ''",
  })
  void anyOwnerIsReadAndPrintedAsItWas(String text, String type, String name) {
    assertThat(Owner.parse(text)).isEqualTo(new Owner(type, name)).hasToString(text);
  }

  @Test
  void aPoolsBlocksFitIntoIt() {
    assertThatThrownBy(() -> pool("10.0.0.0/24", 23))
        .hasMessage("pool p: blockSize 23 in 10.0.0.0/24");
    assertThatThrownBy(() -> pool("10.0.0.0/24", 33))
        .hasMessage("pool p: blockSize 33 in 10.0.0.0/24");
    assertThat(pool("10.0.0.0/24", 24).blockSize()).isEqualTo(24);
  }

  @Test
  void theEmptyNamespaceSelectorMatchesAllAndAnyOtherOnlyWhoHasANamespace() {
    var shop = new Pool.NamespaceMatch("team == 'shop'", l -> l.containsKey("team"));
    assertThat(Pool.NamespaceMatch.ALL.matches(Optional.empty())).isTrue();
    assertThat(Pool.NamespaceMatch.ALL.matches(Optional.of(Map.of()))).isTrue();
    assertThat(shop.matches(Optional.empty())).isFalse();
    assertThat(shop.matches(Optional.of(Map.of()))).isFalse();
    assertThat(shop.matches(Optional.of(Map.of("team", "shop")))).isTrue();
  }

  @Test
  void noLimitStandsForTwentyBlocks() {
    assertThat(IpamConfig.DEFAULT.blockLimit()).isEqualTo(20);
    assertThat(new IpamConfig(true, true, 3).blockLimit()).isEqualTo(3);
    assertThatThrownBy(() -> new IpamConfig(true, true, -1)).hasMessage("maxBlocksPerHost is -1");
  }

  private static Pool pool(String cidr, int blockSize) {
    return new Pool(
        "p",
        Prefix.of(cidr),
        blockSize,
        false,
        Pool.NodeMatch.ALL,
        Pool.NamespaceMatch.ALL,
        Set.of(),
        Pool.AssignmentMode.AUTOMATIC);
  }
}
