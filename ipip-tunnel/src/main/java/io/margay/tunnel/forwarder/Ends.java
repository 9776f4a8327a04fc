package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.kernel.socket.TunDevice;
import java.util.List;

/**
 * The two ends that packets are moved between, which a successor takes over: device and socket of
 * the wire format. While two processes have them, either may read: each packet comes to one.
 */
final class Ends implements AutoCloseable {
  /** Some 3600 full packets (the kernel doubles it): what comes while the reader is not run. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  private final TunDevice tun;
  private final BatchSocket socket;
  private volatile boolean shared;

  private Ends(TunDevice tun, BatchSocket socket, boolean shared) {
    this.tun = tun;
    this.socket = socket;
    this.shared = shared;
  }

  /** Makes the device, or takes the one that an earlier process left. */
  static Ends open(String device, Wire wire) {
    TunDevice tun = TunDevice.open(device);
    // Addresses and routes outlive this process: the next one finds them in place.
    tun.persist(true);
    tun.offload();
    return new Ends(tun, wire.open(RECEIVE_BUFFER), false);
  }

  /**
   * Takes those of a process that goes on with them.
   *
   * @throws KernelException when what came is something else; then it is closed
   */
  static Ends taken(String device, Wire wire, DescriptorSocket.Received received) {
    try {
      List<Fd> all = received.descriptors();
      if (all.size() != 2) {
        throw new KernelException(
            "take over " + device, Errno.EINVAL, all.size() + " descriptors came, not 2");
      }
      TunDevice tun = TunDevice.of(all.getFirst());
      if (!tun.name().equals(device)) {
        throw new KernelException(
            "take over " + device, Errno.EINVAL, "what came is " + tun.name());
      }
      return new Ends(tun, wire.taken(all.getLast()), true);
    } catch (KernelException e) {
      received.close();
      throw e;
    }
  }

  /** For {@link #taken}, in its order. */
  List<Fd> descriptors() {
    return List.of(tun.fd(), socket.fd());
  }

  TunDevice tun() {
    return tun;
  }

  BatchSocket socket() {
    return socket;
  }

  /** Another process goes on with them: to close them changes nothing. */
  void share() {
    shared = true;
  }

  /** No other process goes on with them; the one that did may have left them otherwise. */
  void own() {
    shared = false;
    tun.offload();
    Wire.prepare(socket, RECEIVE_BUFFER);
  }

  @Override
  public void close() {
    socket.close();
    if (shared) {
      tun.closeCopy();
    } else {
      tun.close();
    }
  }
}
