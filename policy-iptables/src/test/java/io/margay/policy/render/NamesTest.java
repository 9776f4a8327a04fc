package io.margay.policy.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Family;
import io.margay.policy.index.SetQuery;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.Protocol;
import io.margay.policy.selector.Selector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and hashes as Calico makes them; the figures were made by another program. */
class NamesTest {
  @Test
  void setsAreNamedByWhatTheyHold() {
    var own =
        Selector.allOf(
            List.of(
                Selector.equal("projectcalico.org/orchestrator", "k8s"),
                Selector.equal("projectcalico.org/namespace", "shop")));
    assertThat(SetName.of(Family.IPV4, new SetQuery.Addresses(own)))
        .hasToString("cali40s:GaMwpp1dcOVHqp08f07E5bp");
    assertThat(SetName.of(Family.IPV6, new SetQuery.Addresses(Selector.ALL)))
        .hasToString("cali60s:5y5I3VdRZfDU01O--xXAPx2");
    assertThat(SetName.of(Family.IPV4, new SetQuery.NamedPort(Selector.ALL, Protocol.TCP, "http")))
        .hasToString("cali40n:cl9_Kgeu4H0OGLbhovVR3NB");
    assertThat(StaticSets.pools(Family.IPV4)).hasToString("cali40network-ip-pools");
  }

  @Test
  void eachRuleHasTheHashOfAllUpToIt() {
    Chain chain =
        ChainWriter.chain(
            "cali-FORWARD",
            List.of(
                Rule.of(Match.ALL, Rule.clearMark(0x1e0000)),
                Rule.of(Match.ALL.in("cali+"), Rule.jump("cali-from-wl-dispatch"))));
    assertThat(chain.rules())
        .extracting(ChainRule::hash)
        .containsExactly("fnW0hhDLpNVwKkyH", "A1qioANWgx4lbESl");
    Chain hooks =
        ChainWriter.hooks(
            "POSTROUTING", List.of(), List.of(Rule.of(Match.ALL, Rule.jump("cali-POSTROUTING"))));
    assertThat(hooks.rules()).extracting(ChainRule::hash).containsExactly("WayxCO9llBLsxQKp");
  }

  /** 28 characters fit, 29 do not. */
  @ParameterizedTest
  @CsvSource({
    "shop, web, cali-pi-knp/shop/web",
    "abcdefgh, policy1, cali-pi-knp/abcdefgh/policy1",
    "abcdefghi, policy1, cali-pi-_",
  })
  void policyChainsAreNamedByTheirPolicy(String namespace, String name, String expected) {
    String chain = ChainNames.policy(Direction.INGRESS, PolicyKey.kubernetes(namespace, name));
    assertThat(chain).startsWith(expected).hasSizeLessThanOrEqualTo(28);
  }

  @Test
  void namesThatAreTooLongBecomeHashes() {
    assertThat(
            ChainNames.policy(
                Direction.INGRESS,
                PolicyKey.kubernetes("a-namespace-with-a-long-name", "a-policy-with-a-long-name")))
        .isEqualTo("cali-pi-_Vq_dGsEFPZnUkDhI6PS");
    assertThat(ChainNames.workload(Direction.EGRESS, "cali0123456789a"))
        .isEqualTo("cali-fw-cali0123456789a");
    assertThat(ChainNames.profile(Direction.EGRESS, "kns.default"))
        .isEqualTo("cali-pro-kns.default");
  }

  @Test
  void nothingThatUsersWriteLeavesTheQuotesOfAComment() {
    Chain chain =
        ChainWriter.chain(
            "cali-x",
            List.of(
                Rule.of(Match.ALL, Rule.DROP, "a\" -j ACCEPT\n-A cali-x \\ ü", "x".repeat(300))));
    String text = chain.rules().getFirst().text();
    assertThat(text).doesNotContain("\n").contains("\"a_ -j ACCEPT_-A cali-x _ _\"");
    assertThat(text.chars().filter(c -> c == '"').count()).isEqualTo(6);
    assertThat(text).contains("x".repeat(255)).doesNotContain("x".repeat(256));
  }

  @ParameterizedTest
  @CsvSource({
    "0xffff0000, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000",
    "0xf0f00, 0x100, 0x200, 0x400, 0x800, 0x10000",
  })
  void marksAreTheLowestBitsOfTheMask(
      String mask, String accept, String pass, String drop, String all, String one) {
    assertThat(Marks.of(Long.decode(mask)))
        .isEqualTo(
            new Marks(
                Long.decode(accept),
                Long.decode(pass),
                Long.decode(drop),
                Long.decode(all),
                Long.decode(one)));
  }

  @ParameterizedTest
  @CsvSource({"0", "0xf", "0x1f00000000"})
  void aMaskWithTooFewBitsIsRefused(String mask) {
    assertThatThrownBy(() -> Marks.of(Long.decode(mask)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mark mask");
  }

  @Test
  void rulesAreEqualByHashAndPlaceNotByWords() {
    ChainRule ours = new ChainRule("h", false, "-A x --jump ACCEPT", Optional.empty());
    ChainRule read = new ChainRule("h", false, "-A x -j ACCEPT", Optional.empty());
    assertThat(ours).isEqualTo(read).hasSameHashCodeAs(read);
    assertThat(ours).isNotEqualTo(new ChainRule("h", true, "-A x --jump ACCEPT", Optional.empty()));
    assertThat(
            ChainRule.read("-A x -m set --match-set a src -m set ! --match-set b dst -j DROP")
                .sets())
        .isEqualTo(Set.of("a", "b"));
  }
}
