package io.margay.interop;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.AttributeBlock;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.MessageEncoder;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.RunEncoder;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One session that tells routes and does not listen: it reads what comes so that the other side can
 * write. It has no timers, as it offers hold time 0.
 */
final class Teller implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ANSWER_MILLIS = 10_000;

  private final SocketChannel channel;
  private final Sender sender;
  private final WireFormat format;

  private Teller(SocketChannel channel, Sender sender) {
    this.channel = channel;
    this.sender = sender;
    boolean internal = sender.isInternal();
    this.format = new WireFormat(true, internal, Set.of(Family.IPV4), BgpMessage.MAX_LENGTH);
  }

  /** Dials until the other side has accepted its OPEN. */
  static Teller dial(Wire wire, Sender sender, String router) throws Exception {
    var found = new Teller[1];
    Wait.until(
        "a session of " + sender + " with " + router,
        LIMIT,
        () -> {
          SocketChannel channel = wire.socket(Wire.End.HERE, sender.address().toString());
          try {
            channel.connect(new InetSocketAddress(router, 179));
            var teller = new Teller(channel, sender);
            teller.open();
            found[0] = teller;
            return true;
          } catch (IOException e) {
            channel.close();
            return false; // not listening yet, or not ready for this neighbour
          }
        });
    return found[0];
  }

  Sender sender() {
    return sender;
  }

  void tell(Said said) throws IOException {
    var out = new RunEncoder(format);
    out.withdrawals(Family.IPV4);
    said.withdrawn().forEach(prefix -> write(out, prefix));
    for (Announcement announcement : said.announced()) {
      byte[] block = AttributeBlock.encode(toSend(announcement.attributes()));
      out.announcements(Family.IPV4, block, 0, block.length);
      announcement.prefixes().forEach(prefix -> write(out, prefix));
    }
    out.finish();
    if (said.complete()) {
      out.endOfRib(Family.IPV4);
    }
    write(Unpooled.wrappedBuffer(out.bytes(), 0, out.length()));
  }

  // RFC 4271, 5.1.5: inside an AS, and only there.
  private Attributes toSend(Attributes attributes) {
    return sender.isInternal()
        ? attributes.toBuilder().localPref(attributes.effectiveLocalPref()).build()
        : attributes.toBuilder().withoutLocalPref().build();
  }

  private static void write(RunEncoder out, Prefix prefix) {
    if (prefix.address() instanceof Ip4(int bits)) {
      out.prefix((long) bits << 32, 0, prefix.length(), 0);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void open() throws IOException {
    var capabilities =
        List.<Capability>of(
            new Capability.Multiprotocol(Family.IPV4.afi(), Capability.SAFI_UNICAST),
            new Capability.FourOctetAs(sender.asn()));
    ByteBuf out = Unpooled.buffer();
    MessageEncoder.open(
        out,
        new OpenMessage(
            OpenMessage.VERSION,
            OpenMessage.shortAs(sender.asn()),
            0,
            sender.routerId(),
            capabilities));
    write(out);
    // The answer comes at once, or the other side was not ready.
    channel.socket().setSoTimeout(ANSWER_MILLIS);
    var in = new DataInputStream(channel.socket().getInputStream());
    expect(in, BgpMessage.TYPE_OPEN);
    out.clear();
    MessageEncoder.keepalive(out);
    write(out);
    expect(in, BgpMessage.TYPE_KEEPALIVE);
    Thread.ofVirtual().start(() -> drain(channel));
  }

  private static void expect(DataInputStream in, int type) throws IOException {
    in.skipNBytes(16);
    int length = in.readUnsignedShort();
    int found = in.readUnsignedByte();
    in.skipNBytes(length - BgpMessage.HEADER);
    if (found != type) {
      throw new IOException("message of type " + found + ", not " + type);
    }
  }

  private static void drain(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (channel.read(buffer.clear()) >= 0) {
        // What routers tell is read from their views.
      }
    } catch (IOException e) {
      return; // closed here, or reset there: then its routes are missing there
    }
  }

  private void write(ByteBuf out) throws IOException {
    ByteBuffer bytes = out.nioBuffer();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
