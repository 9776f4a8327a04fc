package io.margay.kernel.nlmsg;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
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
  }

  int bytes() {
    return message.length;
  }

  void write(byte[] out, int at, int sequence, Prefix prefix) {
    System.arraycopy(message, 0, out, at, message.length);
    NativeBytes.put32(out, at + SEQUENCE_AT, sequence);
    out[at + lengthAt] = (byte) prefix.length();
    Ip ip = prefix.address();
    if (ip instanceof Ip4 four) {
      NativeBytes.putBe32(out, at + addressAt, four.bits());
    } else if (ip instanceof Ip6 six) {
      NativeBytes.putBe64(out, at + addressAt, six.high());
      NativeBytes.putBe64(out, at + addressAt + Long.BYTES, six.low());
    }
  }
}
