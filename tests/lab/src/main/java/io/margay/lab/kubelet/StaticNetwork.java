package io.margay.lab.kubelet;

import io.margay.foundation.addr.Ip;
import io.margay.lab.api.ApiServer;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.cluster.BirdBlock;
import io.margay.lab.cluster.StoredObject;
import io.margay.lab.place.Place;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A node without an agent: the lab itself makes the cables of its pods and keeps its block, as
 * Calico's plugin would. Any thread may call.
 */
final class StaticNetwork implements PodNetwork {
  private final Place node;
  private final ApiServer api;
  private BirdBlock block;

  StaticNetwork(Place node, ApiServer api, BirdBlock block) {
    this.node = node;
    this.api = api;
    this.block = block;
    write(block.objects());
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public synchronized List<String> attach(Sandbox sandbox) {
    PodSpec pod = sandbox.pod();
    var handle = new BirdBlock.Handle(handle(sandbox), pod.namespace(), pod.name());
    BirdBlock.Taken taken =
        block
            .take(handle)
            .orElseThrow(() -> new PodNetworkException("no address is free in " + block.cidr()));
    block = taken.after();
    write(block.objects());
    wire(sandbox, taken.address());
    return List.of(taken.address().toString());
  }

  private void wire(Sandbox sandbox, Ip address) {
    String device = device(sandbox.pod());
    node.ip(
        List.of(
            "link add %s type veth peer name eth0 netns %s".formatted(device, sandbox.netns()),
            "link set %s address ee:ee:ee:ee:ee:ee up".formatted(device),
            "route add %s/32 dev %s scope link".formatted(address, device)));
    node.run(
            "sysctl",
            "-qw",
            "net.ipv4.conf." + device + ".proxy_arp=1",
            "net.ipv4.neigh." + device + ".proxy_delay=0")
        .orThrow();
    node.feed(
            """
            address add %s/32 dev eth0
            link set eth0 up
            route add 169.254.1.1 dev eth0 scope link
            route add default via 169.254.1.1
            """
                .formatted(address),
            "ip",
            "-n",
            sandbox.netns(),
            "-batch",
            "-")
        .orThrow();
  }

  @Override
  public synchronized void detach(Sandbox sandbox) {
    // Exit 1 when it is gone already, which is as good.
    node.run("ip", "link", "del", device(sandbox.pod()));
    block = block.release(handle(sandbox));
    String name = handle(sandbox);
    api.delete(ResourceKind.IPAM_HANDLE.collection("") + "/" + name, 0);
    write(block.objects());
  }

  private void write(List<StoredObject> objects) {
    objects.forEach(object -> api.apply(object.kind(), object.object()));
  }

  private static String handle(Sandbox sandbox) {
    return "k8s-pod-network." + sandbox.containerId();
  }

  /** Calico's name for a pod's interface. */
  private static String device(PodSpec pod) {
    try {
      byte[] text = (pod.namespace() + "." + pod.name()).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text);
      return "cali" + HexFormat.of().formatHex(hash).substring(0, 11);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
