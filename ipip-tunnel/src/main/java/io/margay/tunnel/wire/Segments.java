package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/**
 * Cuts a packet that the kernel handed over uncut into what would have come otherwise: TCP segments
 * (RFC 9293) or UDP datagrams, as Linux's own segmentation numbers and marks them. Payloads stay
 * where they are; the headers of each are written elsewhere. Holds one packet at a time; owned by
 * one thread.
 */
public final class Segments {
  /** No headers of an IPv4 TCP packet are longer. */
  public static final int LONGEST_HEADERS = 120;

  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int IP_CHECKSUM = 10;
  private static final int PROTO = 9;
  private static final int TCP = 6;
  private static final int TCP_HEADER = 20;
  private static final int TCP_SEQUENCE = 4;
  private static final int TCP_DATA_OFFSET = 12;
  private static final int TCP_FLAGS = 13;
  private static final int TCP_CHECKSUM = 16;
  private static final int FIN_PSH = 0x09;
  private static final int CWR = 0x80;
  private static final int UDP = 17;
  private static final int UDP_HEADER = 8;
  private static final int UDP_LENGTH = 4;
  private static final int UDP_CHECKSUM = 6;

  private final ByteBuffer bytes;
  private final Checksum checksum;
  private int packet;
  private int ipHeader;
  private int headers;
  private int payload;
  private int size;
  private int count;
  private boolean tcp;

  /** For packets in one memory, where headers are written too. */
  public Segments(ByteBuffer bytes) {
    this.bytes = bytes;
    this.checksum = new Checksum(bytes);
  }

  /**
   * Looks a packet through.
   *
   * @param virtio where its virtio header is, which says that it is several
   * @param at where its IPv4 header begins
   * @param length what was read of it
   * @return false when it is not what that header says
   */
  public boolean take(int virtio, int at, int length) {
    packet = at;
    ipHeader = (bytes.get(at) & 15) * 4;
    tcp = bytes.get(at + PROTO) == TCP;
    size = VirtioHeader.segmentSize(bytes, virtio);
    int least = ipHeader + (tcp ? TCP_HEADER : UDP_HEADER);
    int wanted = tcp ? VirtioHeader.TCP4 : VirtioHeader.UDP;
    if (VirtioHeader.segmentation(bytes, virtio) != wanted
        || !(tcp || bytes.get(at + PROTO) == UDP)
        || ipHeader < Ipip.HEADER
        || length < least
        || size == 0) {
      return false;
    }
    headers = tcp ? ipHeader + transportHeader(at + ipHeader) : least;
    payload = Ipip.totalLength(bytes, at) - headers;
    if (headers < least || payload <= 0 || headers + payload > length) {
      return false;
    }
    count = (payload + size - 1) / size;
    return true;
  }

  private int transportHeader(int at) {
    return (bytes.get(at + TCP_DATA_OFFSET) & 0xf0) >> 2;
  }

  /**
   * Finishes the checksum of a packet that is one, where that was left to the reader.
   *
   * @return false when its place is not inside the packet: nothing was written
   */
  public boolean finish(int virtio, int at, int length) {
    if (!VirtioHeader.needsChecksum(bytes, virtio)) {
      return true;
    }
    int start = VirtioHeader.checksumStart(bytes, virtio);
    int place = start + VirtioHeader.checksumOffset(bytes, virtio);
    if (start > length || place + Short.BYTES > length) {
      return false;
    }
    // The pseudo header's sum stands in its place, and so is added.
    int sum = ~checksum.sum(at + start, length - start) & 0xffff;
    bytes.putShort(at + place, (short) (sum == 0 ? 0xffff : sum));
    return true;
  }

  /** How many it is. */
  public int count() {
    return count;
  }

  /** Bytes of the headers of each. */
  public int headers() {
    return headers;
  }

  /** Where the payload of segment {@code i} is. */
  public int payload(int i) {
    return packet + headers + i * size;
  }

  /** Bytes of the payload of segment {@code i}. */
  public int payloadLength(int i) {
    return Math.min(size, payload - i * size);
  }

  /** Writes the headers of segment {@code i}, its checksums included, at another place. */
  public void writeHeaders(int i, int to) {
    bytes.put(to, bytes, packet, headers);
    int length = headers + payloadLength(i);
    bytes.putShort(to + TOTAL_LENGTH, (short) length);
    // Linux numbers them one by one, with DF too.
    bytes.putShort(to + IDENTIFICATION, (short) (bytes.getShort(to + IDENTIFICATION) + i));
    bytes.putShort(to + IP_CHECKSUM, (short) 0);
    bytes.putShort(to + IP_CHECKSUM, (short) ~checksum.sum(to, ipHeader));
    if (tcp) {
      finishTcp(i, to + ipHeader);
    } else {
      bytes.putShort(to + ipHeader + UDP_LENGTH, (short) (length - ipHeader));
    }
    int place = to + ipHeader + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM);
    bytes.putShort(place, (short) 0);
    long sum = checksum.pseudo(to, tcp ? TCP : UDP, length - ipHeader);
    sum += checksum.sum(to + ipHeader, headers - ipHeader);
    sum += checksum.sum(payload(i), payloadLength(i));
    int finished = ~Checksum.fold(sum) & 0xffff;
    // Zero would say that a datagram has none (RFC 768).
    bytes.putShort(place, (short) (finished == 0 && !tcp ? 0xffff : finished));
  }

  /** CWR is the first segment's alone, FIN and PSH the last one's. */
  private void finishTcp(int i, int header) {
    bytes.putInt(header + TCP_SEQUENCE, bytes.getInt(header + TCP_SEQUENCE) + i * size);
    int flags = bytes.get(header + TCP_FLAGS);
    if (i > 0) {
      flags &= ~CWR;
    }
    if (i < count - 1) {
      flags &= ~FIN_PSH;
    }
    bytes.put(header + TCP_FLAGS, (byte) flags);
  }
}
