package io.margay.lab.kubelet;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.lab.api.ApiServer;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.cluster.BirdBlock;
import io.margay.lab.cluster.StoredObject;
import io.margay.lab.place.Place;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A node without an agent: the lab itself makes the cables of its pods and keeps its blocks, as
 * Calico's plugin would. Any thread may call.
 */
final class StaticNetwork implements PodNetwork {
  private final Place node;
  private final ApiServer api;
  private final List<BirdBlock> blocks;

  /** Keeps these blocks: one a family. */
  StaticNetwork(Place node, ApiServer api, List<BirdBlock> blocks) {
    this.node = node;
    this.api = api;
    this.blocks = new ArrayList<>(blocks);
    blocks.forEach(block -> write(block.objects()));
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public synchronized List<String> attach(Sandbox sandbox) {
    PodSpec pod = sandbox.pod();
    var handle = new BirdBlock.Handle(handle(sandbox), pod.namespace(), pod.name());
    List<Ip> addresses = take(handle);
    wire(sandbox, addresses);
    return addresses.stream().map(Ip::toString).toList();
  }

  private List<Ip> take(BirdBlock.Handle handle) {
    var taken = new ArrayList<Ip>();
    for (int i = 0; i < blocks.size(); i++) {
      BirdBlock block = blocks.get(i);
      BirdBlock.Taken one =
          block
              .take(handle)
              .orElseThrow(() -> new PodNetworkException("no address is free in " + block.cidr()));
      blocks.set(i, one.after());
      write(one.after().objects());
      taken.add(one.address());
    }
    return taken;
  }

  private void wire(Sandbox sandbox, List<Ip> addresses) {
    String device = device(sandbox.pod());
    var outside = new ArrayList<String>();
    outside.add("link add %s type veth peer name eth0 netns %s".formatted(device, sandbox.netns()));
    outside.add("link set %s address ee:ee:ee:ee:ee:ee up".formatted(device));
    addresses.forEach(ip -> outside.add("route add %s dev %s".formatted(whole(ip), device)));
    node.ip(outside);
    node.run(
            "sysctl",
            "-qw",
            "net.ipv4.conf." + device + ".proxy_arp=1",
            "net.ipv4.neigh." + device + ".proxy_delay=0")
        .orThrow();
    node.feed(
            addresses.stream().map(StaticNetwork::inside).collect(Collectors.joining()),
            "ip",
            "-n",
            sandbox.netns(),
            "-batch",
            "-")
        .orThrow();
  }

  private static Prefix whole(Ip address) {
    return new Prefix(address, address.family().bits());
  }

  /** The pod's own side; its IPv6 router is the link-local address of the device's MAC. */
  private static String inside(Ip address) {
    String router =
        switch (address.family()) {
          case IPV4 -> "169.254.1.1";
          case IPV6 -> "fe80::ecee:eeff:feee:eeee";
        };
    String first = address.family() == Family.IPV4 ? "route add " + router + " dev eth0\n" : "";
    return "address add %s dev eth0 nodad\nlink set eth0 up\n%sroute add default via %s dev eth0\n"
        .formatted(whole(address), first, router);
  }

  @Override
  public synchronized void detach(Sandbox sandbox) {
    // Exit 1 when it is gone already, which is as good.
    node.run("ip", "link", "del", device(sandbox.pod()));
    String name = handle(sandbox);
    api.delete(ResourceKind.IPAM_HANDLE.collection("") + "/" + name, 0);
    for (int i = 0; i < blocks.size(); i++) {
      blocks.set(i, blocks.get(i).release(name));
      write(blocks.get(i).objects());
    }
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
