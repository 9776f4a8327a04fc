package io.margay.bgp.speaker;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.Framing;
import io.margay.bgp.wire.KeepaliveMessage;
import io.margay.bgp.wire.MessageDecoder;
import io.margay.bgp.wire.MessageEncoder;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A peer made of a plain socket, which says whatever it is told to. */
final class RawPeer implements AutoCloseable {
  private static final byte[] KEEPALIVE = written(MessageEncoder::keepalive);

  private final Socket socket = new Socket();
  private final int number;
  private WireFormat format = Bytes.EBGP;

  /** Connects from its own address to a speaker's. */
  RawPeer(int number, int speaker) throws IOException {
    this.number = number;
    socket.setReceiveBufferSize(8192);
    socket.bind(new InetSocketAddress(InetAddress.getByName(TestSpeaker.LOOPBACK + number), 0));
    socket.connect(
        new InetSocketAddress(
            InetAddress.getByName(TestSpeaker.address(speaker).toString()), TestSpeaker.PORT));
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
  }

  /** Connects when the last bad session's pause is over: until then it is turned away. */
  static RawPeer knock(int from, int speaker) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        var peer = new RawPeer(from, speaker);
        if (peer.isWelcome()) {
          return peer;
        }
        peer.close();
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(from + " is never let in");
      }
      Thread.onSpinWait();
    }
  }

  /** True when the speaker begins a session: it sends its OPEN unasked, or closes at once. */
  boolean isWelcome() throws IOException {
    try {
      return read() instanceof OpenMessage;
    } catch (IOException e) {
      return false;
    }
  }

  /** Goes through OPEN and KEEPALIVE until the session is up. */
  RawPeer establish(long asn, int hold, Capability... more) throws IOException {
    send(open(asn, hold, more));
    send(KEEPALIVE);
    if (!(read() instanceof KeepaliveMessage)) {
      throw new IOException("no KEEPALIVE");
    }
    return this;
  }

  byte[] open(long asn, int hold, Capability... more) {
    return open(asn, hold, new Ip4(0x0a090000 | number), more);
  }

  byte[] open(long asn, int hold, Ip4 id, Capability... more) {
    var capabilities = new ArrayList<Capability>(List.of(more));
    capabilities.addAll(
        List.of(
            new Capability.Multiprotocol(1, 1),
            new Capability.GracefulRestart(
                false, false, 60, List.of(new Capability.RestartFamily(1, 1, true))),
            new Capability.FourOctetAs(asn)));
    var open = new OpenMessage(4, OpenMessage.shortAs(asn), hold, id, capabilities);
    return written(out -> MessageEncoder.open(out, open));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void keepalive() throws IOException {
    send(KEEPALIVE);
  }

  /** An UPDATE that announces a prefix with a next hop of this peer's; {@code more} attributes. */
  byte[] announce(String prefixHex, String more) {
    String attributes =
        "40010100 4002060201%08x 400304%08x".formatted(64513, 0x0a090000 | number) + more;
    int length = Bytes.ofHex(attributes).length;
    return Bytes.update("0000 %04x %s %s".formatted(length, attributes, prefixHex));
  }

  /** From now on messages are read as both sides agreed. */
  void agree(WireFormat agreed) {
    format = agreed;
  }

  /** An UPDATE of this peer's, or several, as they are agreed on. */
  void send(UpdateBatch batch) throws IOException {
    send(Bytes.encode(batch, format));
  }

  /** The next message that is no KEEPALIVE. */
  BgpMessage readNews() throws IOException {
    while (true) {
      BgpMessage message = read();
      if (!(message instanceof KeepaliveMessage)) {
        return message;
      }
    }
  }

  BgpMessage read() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] header = in.readNBytes(BgpMessage.HEADER);
    if (header.length < BgpMessage.HEADER) {
      throw new IOException("closed");
    }
    int length = Framing.length(Unpooled.wrappedBuffer(header), format.maxLength());
    byte[] body = in.readNBytes(length - BgpMessage.HEADER);
    return MessageDecoder.decode(Unpooled.wrappedBuffer(header, body), length, format);
  }

  /** Reads until the speaker says why it ends the session. */
  NotificationMessage readNotification() throws IOException {
    while (true) {
      if (read() instanceof NotificationMessage notification) {
        return notification;
      }
    }
  }

  /** True when the other side has closed the connection. */
  boolean isClosed() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  /** Ends the connection by a reset: the other side's unread data and our FIN are no more. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  static byte[] notification(NotificationMessage message) {
    return written(out -> MessageEncoder.notification(out, message));
  }

  private static byte[] written(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return Bytes.written(out);
  }
}
