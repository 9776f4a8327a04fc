package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.kernel.socket.TunDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * The two ends that packets are moved between, which a successor takes over: device and sockets of
 * the wire format, as many of both as there are queues. While two processes have them, either may
 * read: each packet comes to one.
 */
final class Ends implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(Ends.class);

  /** Some 3600 full packets (the kernel doubles it): what comes while the reader is not run. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** Descriptors that are handed over for a queue that is alone, and for one of several. */
  private static final int OF_ONE = 2;

  private static final int OF_EACH = 3;

  private final List<QueueEnds> queues;
  private volatile boolean shared;

  private Ends(List<QueueEnds> queues, boolean shared) {
    this.queues = List.copyOf(queues);
    this.shared = shared;
  }

  /**
   * Makes the device, or takes the one that an earlier process left; one that was made for a single
   * queue has no more, whatever is wanted.
   */
  static Ends open(String device, Wire wire, int wanted) {
    var opened = new ArrayList<TunDevice>();
    try {
      opened.add(first(device, wanted > 1));
      int count = opened.getFirst().mayHaveSeveral() ? wanted : 1;
      if (count < wanted) {
        LOG.warn(
            "tunnel.forwarder.one_queue",
            "device",
            device,
            "wanted",
            wanted,
            "why",
            "it was made for one; once it is deleted (ip link del "
                + device
                + ") the agent makes it anew");
      }
      while (opened.size() < count) {
        opened.add(TunDevice.openQueue(device));
      }
      // Behind all that are read: for a moment each is one of those.
      while (count > 1 && opened.size() < 2 * count) {
        opened.add(TunDevice.openWriter(device));
      }
      // Addresses and routes outlive this process: the next one finds them in place.
      opened.getFirst().persist(true);
      opened.getFirst().offload();
      List<BatchSocket> sockets = wire.open(RECEIVE_BUFFER, count);
      var queues = new ArrayList<QueueEnds>();
      for (int i = 0; i < count; i++) {
        TunDevice writer = opened.get(count == 1 ? i : count + i);
        queues.add(new QueueEnds(opened.get(i), writer, sockets.get(i)));
      }
      return new Ends(queues, false);
    } catch (KernelException e) {
      // Another process may be at the device: its settings stay.
      opened.forEach(TunDevice::closeCopy);
      throw e;
    }
  }

  /** As it is wanted, or as an earlier process has made it: a device is opened in that way only. */
  private static TunDevice first(String device, boolean several) {
    try {
      return several ? TunDevice.openQueue(device) : TunDevice.open(device);
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
    try {
      return several ? TunDevice.open(device) : TunDevice.openQueue(device);
    } catch (KernelException e) {
      throw e.errno() == Errno.EINVAL
          ? new KernelException(
              "open TUN device " + device,
              Errno.EINVAL,
              "a device of that name exists and is no TUN")
          : e;
    }
  }

  /**
   * Takes those of a process that goes on with them.
   *
   * @throws KernelException when what came is something else; then it is closed
   */
  static Ends taken(String device, Wire wire, DescriptorSocket.Received received) {
    try {
      List<Fd> all = received.descriptors();
      boolean one = all.size() == OF_ONE;
      if (!one && (all.size() % OF_EACH != 0 || all.isEmpty())) {
        throw refused(device, all.size() + " descriptors came, not 2, nor 3 for each queue");
      }
      int each = one ? OF_ONE : OF_EACH;
      var queues = new ArrayList<QueueEnds>();
      for (int at = 0; at < all.size(); at += each) {
        TunDevice reader = taken(device, all.get(at), false);
        TunDevice writer = one ? reader : taken(device, all.get(at + 1), true);
        queues.add(new QueueEnds(reader, writer, wire.taken(all.get(at + each - 1))));
      }
      return new Ends(queues, true);
    } catch (KernelException e) {
      received.close();
      throw e;
    }
  }

  private static TunDevice taken(String device, Fd fd, boolean writer) {
    TunDevice tun = TunDevice.of(fd);
    if (!tun.name().equals(device)) {
      throw refused(device, "what came is " + tun.name());
    }
    if (tun.isWriter() != writer) {
      throw refused(device, "one to read came where one to write is needed, or the reverse");
    }
    return tun;
  }

  private static KernelException refused(String device, String why) {
    return new KernelException("take over " + device, Errno.EINVAL, why);
  }

  /** For {@link #taken}, in its order. */
  List<Fd> descriptors() {
    return queues.stream().flatMap(queue -> queue.descriptors().stream()).toList();
  }

  List<QueueEnds> queues() {
    return queues;
  }

  /** What asks and tells of the device as a whole. */
  TunDevice tun() {
    return queues.getFirst().reader();
  }

  /** Another process goes on with them: to close them changes nothing. */
  void share() {
    shared = true;
  }

  /** No other process goes on with them; the one that did may have left them otherwise. */
  void own() {
    shared = false;
    tun().offload();
    queues.forEach(queue -> Wire.prepare(queue.socket(), RECEIVE_BUFFER));
  }

  @Override
  public void close() {
    for (QueueEnds queue : queues) {
      queue.socket().close();
      if (queue.writer() != queue.reader()) {
        queue.writer().closeCopy();
      }
      if (shared) {
        queue.reader().closeCopy();
      } else {
        queue.reader().close();
      }
    }
  }
}
