package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that stand in a pod's events: what, where, and what to look at. */
class RefusalTest {
  record Row(Refusal refusal, String text) {
    @Override
    public String toString() {
      return refusal.getClass().getSimpleName();
    }
  }

  static List<Row> rows() {
    Ip ip = Ip.of("10.0.0.5");
    Prefix block = Prefix.of("10.0.0.0/26");
    return List.of(
        new Row(
            new Refusal.NoSuchPool("north", List.of()),
            "IPPool \"north\" does not exist; known are none. Mend the pod's or namespace's pool"
                + " annotation, or the network configuration."),
        new Row(
            new Refusal.NoPool(Family.IPV6, List.of()),
            "No IPv6 pool may be used here: there is none. Look at `margayctl ipam show` and the"
                + " IPPools' nodeSelector, namespaceSelector and allowedUses."),
        new Row(
            new Refusal.BlockLimit(2, List.of(block, Prefix.of("10.0.0.64/26")), List.of("a", "b")),
            "All addresses of this node's 2 blocks are in use (10.0.0.0/26, 10.0.0.64/26) and 2 is"
                + " the most it may have in pools a, b. Raise maxBlocksPerHost in IPAMConfig"
                + " \"default\", or look for leaked addresses with `margayctl ipam check`."),
        new Row(
            new Refusal.Exhausted(List.of("a"), 1, 4, true, true),
            "No address is free in pool a: 4 blocks exist, 1 of them this node's. Add an IPPool,"
                + " or look for leaked addresses with `margayctl ipam check`."),
        new Row(
            new Refusal.NotInPool(ip, List.of()),
            "10.0.0.5 is not in a configured pool; enabled are none. Ask for another address, or"
                + " add an IPPool around it."),
        new Row(
            new Refusal.AlreadyAssigned(ip, Optional.empty()),
            "10.0.0.5 is already assigned, to handle <none>. Look at `margayctl ipam show"
                + " --ip=10.0.0.5`."),
        new Row(
            new Refusal.ForeignBlock(ip, block, "host:b"),
            "10.0.0.5 is in block 10.0.0.0/26 of host:b, and strictAffinity is true in IPAMConfig"
                + " \"default\". Ask for an address of this node's blocks."),
        new Row(
            new Refusal.Contended("block 10.0.0.0/26", 100),
            "block 10.0.0.0/26 changed under each of 100 attempts to write it. Try again; if this"
                + " stays, look for a program that rewrites IPAM objects in a loop."),
        new Row(
            new Refusal.StoreFailed("GET ipamconfigs/default: refused"),
            "The API server cannot be asked for an address: GET ipamconfigs/default: refused. Look"
                + " at its health and at the agent's access to it."));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void saysWhatAndWhereAndWhatToLookAt(Row row) {
    assertThat(row.refusal().text()).isEqualTo(row.text());
  }
}
