package io.margay.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import io.margay.route.fib.FibKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings of a real kernel, in a namespace; sysctl(8) is the judge. */
class HostTargetTest {
  private static final Ip POD = Ip.of("10.65.0.2");
  private static final Ip POD6 = Ip.of("fd00:65::2");

  private final TestNetns node = TestNetns.create();
  private final Reconciler<String, HostSetting> reconciler =
      new Reconciler<>(
          new HostTarget(), ReconcilerSettings.DEFAULT, new Hold(Set.of()), new Random(1), 0);

  @BeforeEach
  void make() {
    node.device("cali1");
    node.device("eth0.1");
  }

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void whatIsResetIsSetAgainAtTheNextCheck() {
    want(Set.of());
    assertThat(value("net.ipv4.ip_forward")).isEqualTo("1");
    assertThat(value("net.ipv6.conf.all.forwarding")).isEqualTo("1");
    assertThat(value("net.ipv4.conf.cali1.proxy_arp")).isEqualTo("1");
    assertThat(value("net.ipv6.conf.cali1.proxy_ndp")).isEqualTo("1");
    assertThat(value("net.ipv6.conf.cali1.accept_ra")).isEqualTo("0");

    set("net.ipv4.conf.cali1.proxy_arp", "0");
    set("net.ipv4.conf.cali1.rp_filter", "0");
    set("net.ipv4.ip_forward", "0");
    check();

    assertThat(value("net.ipv4.conf.cali1.proxy_arp")).isEqualTo("1");
    assertThat(value("net.ipv4.conf.cali1.rp_filter")).isEqualTo("1");
    assertThat(value("net.ipv4.ip_forward")).isEqualTo("1");
    assertThat(reconciler.status().repaired())
        .as("ip_forward takes the forwarding of each interface along")
        .isEqualTo(4);
    assertThat(reconciler.status().failing()).isEmpty();
  }

  @Test
  void anInterfaceThatIsGoneIsNoFault() {
    want(Set.of());
    node.ip("link del cali1");
    check();
    assertThat(reconciler.status().failing()).isEmpty();
    assertThat(reconciler.status().pending()).isZero();
  }

  @Test
  void theUplinkHearsItsRouterBeforeTheNodeForwards() {
    set("net.ipv6.conf.eth0/1.accept_ra", "1");
    set("net.ipv6.conf.cali1.accept_ra", "0");
    want(Set.of("eth0.1", "cali1-p"));
    assertThat(value("net.ipv6.conf.eth0/1.accept_ra")).isEqualTo("2");

    // Where a program listens in the kernel's place, it goes on doing so.
    set("net.ipv6.conf.eth0/1.accept_ra", "0");
    check();
    assertThat(value("net.ipv6.conf.eth0/1.accept_ra")).isEqualTo("0");
  }

  @Test
  void whatNobodyWantsAnyMoreStays() {
    want(Set.of());
    inside(() -> {
      reconciler.want(2, Map.of());
      return reconciler.run(0);
    });
    assertThat(value("net.ipv4.conf.cali1.proxy_arp")).isEqualTo("1");
    assertThat(reconciler.status().actual()).isZero();
  }

  private void want(Set<String> routed) {
    var pods = Map.of(POD, pod(POD), POD6, pod(POD6));
    inside(() -> {
      reconciler.want(1, HostPlan.wanted(true, pods, Set.of("cali1"), routed));
      return reconciler.run(0);
    });
  }

  private void check() {
    inside(() -> {
      reconciler.resync();
      return reconciler.run(0);
    });
  }

  private void inside(Supplier<Long> work) {
    node.netns().call(work);
  }

  private static Plan.PodRoute pod(Ip ip) {
    return new Plan.PodRoute(
        FibKey.main(Prefix.containing(ip, ip.family().bits()), 0), "cali1", Optional.empty());
  }

  private String value(String name) {
    return sysctl("-n", name).strip();
  }

  private void set(String name, String value) {
    sysctl("-w", name + "=" + value);
  }

  private String sysctl(String... arguments) {
    var argv = new ArrayList<>(List.of("ip", "netns", "exec", node.name(), "sysctl"));
    argv.addAll(List.of(arguments));
    return Program.run(argv, Optional.empty(), Duration.ofSeconds(20)).orThrow().out();
  }
}
