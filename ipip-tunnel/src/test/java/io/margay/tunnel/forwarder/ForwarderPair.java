package io.margay.tunnel.forwarder;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.util.List;

/**
 * Two nodes with a cable, 10.0.0.1 and 10.0.0.2, and a forwarder of this process on each; pods'
 * networks are 10.244.1.0/26 and 10.244.2.0/26, the first address of each stands on the device.
 */
final class ForwarderPair implements AutoCloseable {
  final TestNode first = TestNode.create();
  final TestNode second = TestNode.create();
  final Forwarder near;
  final Forwarder far;
  private final String device;

  ForwarderPair(String device, Wire wire) {
    this(device, wire, 1);
  }

  /** With so many queues each. */
  ForwarderPair(String device, Wire wire, int queues) {
    this(device, wire, queues, queues);
  }

  ForwarderPair(String device, Wire wire, int nearQueues, int farQueues) {
    this.device = device;
    first.cable("e", "10.0.0.1/24", second, "10.0.0.2/24");
    near = forwarder(first, 1, wire, nearQueues);
    far = forwarder(second, 2, wire, farQueues);
  }

  private Forwarder forwarder(TestNode node, int number, Wire wire, int queues) {
    int other = 3 - number;
    var forwarder =
        node.netns()
            .call(() ->
                new Forwarder(
                    Ends.open(device, wire, queues),
                    wire,
                    queues,
                    1,
                    fault -> {
                      throw new AssertionError(fault);
                    }));
    node.ip("addr add 10.244." + number + ".1/32 dev " + device);
    node.ip("link set " + device + " mtu " + (1500 - wire.format().overhead()) + " up");
    node.ip("route add 10.244." + other + ".0/26 dev " + device);
    forwarder.use(
        new Table(
            1,
            new LookupTable.Builder()
                .local(Ip4.of("10.0.0." + number))
                .route(Prefix.of("10.244." + other + ".0/26"), Ip4.of("10.0.0." + other))
                .source(Prefix.of("10.0.0." + other + "/32"))
                .build()));
    return forwarder;
  }

  long count(Forwarder forwarder, Counter counter) {
    return forwarder.counters().get(counter);
  }

  @Override
  public void close() {
    for (Forwarder forwarder : List.of(near, far)) {
      forwarder.dropDevice();
      forwarder.close();
    }
    first.close();
    second.close();
  }
}
