package io.margay.kernel.nlmsg;

import io.margay.foundation.addr.Family;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A request about a network as bytes, to be sent for other networks of its family. It asks for no
 * answer: {@link RequestBytes} says which one of many does.
 */
public final class RequestTemplate {
  private static final int SEQUENCE_AT = 8;

  private final byte[] message;
  private final int lengthAt;
  private final int addressAt;
  private final boolean isIpv4;

  /**
   * Writes the request once.
   *
   * @param lengthAt where in the message the prefix length stands, one byte
   * @param addressAt where the address stands
   */
  public RequestTemplate(Request request, int lengthAt, int addressAt) {
    ByteBuffer out = ByteBuffer.allocate(Request.MAX_BYTES).order(ByteOrder.nativeOrder());
    new MessageWriter(out).request(request, 0);
    out.putShort(Nlm.FLAGS_AT, (short) (out.getShort(Nlm.FLAGS_AT) & ~Nlm.ACK));
    this.message = new byte[out.position()];
    out.get(0, message);
    this.lengthAt = lengthAt;
    this.addressAt = addressAt;
    // The family is the first byte behind the header in all messages that tell one.
    this.isIpv4 = message[Nlm.HEADER_BYTES] == Family.IPV4.addressFamily();
  }

  int bytes() {
    return message.length;
  }

  void write(byte[] out, int at, int sequence, long high, long low, int length) {
    System.arraycopy(message, 0, out, at, message.length);
    NativeBytes.put32(out, at + SEQUENCE_AT, sequence);
    out[at + lengthAt] = (byte) length;
    if (isIpv4) {
      NativeBytes.putBe32(out, at + addressAt, (int) low);
    } else {
      NativeBytes.putBe64(out, at + addressAt, high);
      NativeBytes.putBe64(out, at + addressAt + Long.BYTES, low);
    }
  }
}
