package io.margay.bgp.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-1-3 (Aumasson and Bernstein, 2012): nobody who does not know the key finds bytes with
 * equal hashes faster than by trying. Slower than a checksum, and so for those who mean harm only.
 */
final class KeyedHash {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LAST_ROUNDS = 3;

  private final long key0;
  private final long key1;

  // The state of a hash that is being made.
  private long a;
  private long b;
  private long c;
  private long d;

  KeyedHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  long of(byte[] bytes, int from, int length) {
    a = key0 ^ 0x736f6d6570736575L;
    b = key1 ^ 0x646f72616e646f6dL;
    c = key0 ^ 0x6c7967656e657261L;
    d = key1 ^ 0x7465646279746573L;
    int whole = from + (length & -Long.BYTES);
    for (int i = from; i < whole; i += Long.BYTES) {
      take((long) WORDS.get(bytes, i));
    }
    long last = (long) length << 56;
    for (int i = whole; i < from + length; i++) {
      last |= (bytes[i] & 0xffL) << (8 * (i - whole));
    }
    take(last);
    c ^= 0xff;
    for (int i = 0; i < LAST_ROUNDS; i++) {
      round();
    }
    return a ^ b ^ c ^ d;
  }

  private void take(long word) {
    d ^= word;
    round();
    a ^= word;
  }

  private void round() {
    a += b;
    b = Long.rotateLeft(b, 13) ^ a;
    a = Long.rotateLeft(a, 32);
    c += d;
    d = Long.rotateLeft(d, 16) ^ c;
    a += d;
    d = Long.rotateLeft(d, 21) ^ a;
    c += b;
    b = Long.rotateLeft(b, 17) ^ c;
    c = Long.rotateLeft(c, 32);
  }
}
