package io.margay.tunnel.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Joins TCP segments that follow each other in a batch of received packets into one for the device,
 * as the kernel's GRO does: the stack behind it then works once for up to 64 KiB. Segments are
 * joined when cutting the result gives the very same packets again, identifications of packets with
 * DF aside; everything else stays as it is. The order within a connection is kept. Owned by one
 * thread.
 *
 * <p>A batch is groups in order; a group is packets in order, one alone or several that are one.
 */
public final class Joiner {
  /** {@link #next}: there is none. */
  public static final int NONE = -1;

  private static final int LONGEST = 0xffff;
  private static final byte VERSION_4_IHL_5 = 0x45;
  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FRAGMENT = 6;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int TTL_PROTO = 8;
  private static final int PROTO = 9;
  private static final int IP_CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int IP_HEADER = 20;
  private static final byte TCP = 6;
  private static final int TCP_HEADER = 20;
  private static final int PORTS = IP_HEADER;
  private static final int SEQUENCE = IP_HEADER + 4;
  private static final int ACKNOWLEDGED = IP_HEADER + 8;
  private static final int DATA_OFFSET = IP_HEADER + 12;
  private static final int FLAGS = IP_HEADER + 13;
  private static final int WINDOW = IP_HEADER + 14;
  private static final int TCP_CHECKSUM = IP_HEADER + 16;
  private static final int URGENT = IP_HEADER + 18;

  /** Data offset, reserved bits and flags, without PSH and ECE: ACK alone. */
  private static final int PLAIN_MASK = 0x0fb7;

  private static final int PLAIN = 0x0010;
  private static final byte PSH = 0x08;
  private static final int ADDRESSES_AND_PORTS = 12;

  private final ByteBuffer bytes;
  private final Checksum checksum;
  private final int[] at;
  private final int[] lengths;
  private final int[] next;
  private final int[] headers;
  private final Group[] groups;
  private int packets;
  private int count;

  /** What is known of a group, beside its packets; used again and again. */
  private static final class Group {
    int first;
    int last;
    int packets;
    int length;
    int size;
    int sequence;
    boolean tcp;
    boolean open;
    boolean checked;
  }

  /**
   * For packets in one memory.
   *
   * @param capacity how many packets a batch has at most
   */
  public Joiner(ByteBuffer bytes, int capacity) {
    this.bytes = bytes;
    this.checksum = new Checksum(bytes);
    this.at = new int[capacity];
    this.lengths = new int[capacity];
    this.next = new int[capacity];
    this.headers = new int[capacity];
    this.groups = new Group[capacity];
    Arrays.setAll(groups, _ -> new Group());
  }

  /** Forgets the batch. */
  public void clear() {
    packets = 0;
    count = 0;
  }

  public boolean isFull() {
    return packets == at.length;
  }

  /**
   * Takes one more packet.
   *
   * @param place where it begins, which {@link WireFormat#unwrap} has looked through
   */
  public void add(int place) {
    int packet = packets++;
    at[packet] = place;
    lengths[packet] = Ipip.totalLength(bytes, place);
    next[packet] = NONE;
    boolean tcp = isTcp(place);
    boolean plain = tcp && isPlain(place);
    if (tcp) {
      Group group = latest(place);
      if (group != null && plain && follows(place, group)) {
        append(packet, group);
        return;
      }
    }
    begin(packet, tcp, plain);
  }

  /** How many packets the device gets. */
  public int groups() {
    return count;
  }

  /** How many packets group {@code g} joins. */
  public int packets(int g) {
    return groups[g].packets;
  }

  /** The first packet of group {@code g}. */
  public int first(int g) {
    return groups[g].first;
  }

  /** The packet behind this one in its group, or {@link #NONE}. */
  public int next(int packet) {
    return next[packet];
  }

  /** Where a packet begins. */
  public int at(int packet) {
    return at[packet];
  }

  /** Where the payload of a packet that was joined begins. */
  public int payload(int packet) {
    return at[packet] + headers[packet];
  }

  /** Bytes of that payload. */
  public int payloadLength(int packet) {
    return lengths[packet] - headers[packet];
  }

  /** Bytes of all packets of group {@code g}, their headers included. */
  public int received(int g) {
    Group group = groups[g];
    return group.length + (group.packets - 1) * headers[group.first];
  }

  /**
   * Makes the headers of a group's first packet those of all.
   *
   * @param virtio where the virtio header is written that goes with it
   */
  public void finish(int g, int virtio) {
    Group group = groups[g];
    int place = at[group.first];
    int before = bytes.getShort(place + TOTAL_LENGTH) & 0xffff;
    bytes.putShort(place + TOTAL_LENGTH, (short) group.length);
    int sum = (~bytes.getShort(place + IP_CHECKSUM) & 0xffff) + (~before & 0xffff) + group.length;
    bytes.putShort(place + IP_CHECKSUM, (short) ~Checksum.fold(sum));
    int flags = bytes.get(place + FLAGS) | (bytes.get(at[group.last] + FLAGS) & PSH);
    bytes.put(place + FLAGS, (byte) flags);
    int pseudo = checksum.pseudo(place, TCP, group.length - IP_HEADER);
    bytes.putShort(place + TCP_CHECKSUM, (short) pseudo);
    VirtioHeader.clear(bytes, virtio);
    VirtioHeader.needsChecksum(bytes, virtio, IP_HEADER, TCP_CHECKSUM - IP_HEADER);
    VirtioHeader.tcp4Segments(bytes, virtio, headers[group.first], group.size, false);
  }

  /** Whether it is TCP with a whole header, without IP options, and no fragment. */
  private boolean isTcp(int place) {
    return bytes.get(place) == VERSION_4_IHL_5
        && bytes.get(place + PROTO) == TCP
        && (bytes.getShort(place + FRAGMENT) & ~DONT_FRAGMENT) == 0
        && Ipip.totalLength(bytes, place) >= IP_HEADER + TCP_HEADER;
  }

  /** Whether it is nothing but data on an established connection. */
  private boolean isPlain(int place) {
    int header = headers(place);
    return header >= IP_HEADER + TCP_HEADER
        && Ipip.totalLength(bytes, place) > header
        && (bytes.getShort(place + DATA_OFFSET) & PLAIN_MASK) == PLAIN
        && bytes.getShort(place + URGENT) == 0;
  }

  private int headers(int place) {
    return IP_HEADER + ((bytes.get(place + DATA_OFFSET) & 0xf0) >> 2);
  }

  /** The last group of the packet's connection, or null. */
  private @Nullable Group latest(int place) {
    for (int g = count - 1; g >= 0; g--) {
      Group group = groups[g];
      if (group.tcp && same(place + SOURCE, at[group.first] + SOURCE, ADDRESSES_AND_PORTS)) {
        return group;
      }
    }
    return null;
  }

  /** Whether a packet is what comes next in its group. */
  private boolean follows(int place, Group group) {
    if (!group.open || bytes.getInt(place + SEQUENCE) != group.sequence) {
      return false;
    }
    int first = at[group.first];
    int header = headers(place);
    int payload = Ipip.totalLength(bytes, place) - header;
    if (header != headers[group.first]
        || payload > group.size
        || group.length + payload > LONGEST
        || !isAlike(place, first, header)
        || !isNumbered(place, first, group.packets)) {
      return false;
    }
    if (!group.checked) {
      group.checked = true;
      group.open = isSound(first);
    }
    return group.open && isSound(place);
  }

  /** Whether all that segments have in common is equal. */
  private boolean isAlike(int place, int first, int header) {
    int differing = bytes.getShort(place + DATA_OFFSET) ^ bytes.getShort(first + DATA_OFFSET);
    return bytes.getShort(place) == bytes.getShort(first)
        && bytes.getShort(place + FRAGMENT) == bytes.getShort(first + FRAGMENT)
        && bytes.getShort(place + TTL_PROTO) == bytes.getShort(first + TTL_PROTO)
        && bytes.getInt(place + ACKNOWLEDGED) == bytes.getInt(first + ACKNOWLEDGED)
        && (differing & ~PSH) == 0
        && bytes.getShort(place + WINDOW) == bytes.getShort(first + WINDOW)
        && same(place + PORTS + TCP_HEADER, first + PORTS + TCP_HEADER, header - 40);
  }

  /** Identifications are counted on by a cut; with DF nobody reads them (RFC 6864, 4.1). */
  private boolean isNumbered(int place, int first, int distance) {
    int expected = bytes.getShort(first + IDENTIFICATION) + distance;
    return !Ipip.mayFragment(bytes, place)
        || bytes.getShort(place + IDENTIFICATION) == (short) expected;
  }

  /** Whether both checksums hold: joined packets get new ones. */
  private boolean isSound(int place) {
    int length = Ipip.totalLength(bytes, place) - IP_HEADER;
    long sum = checksum.pseudo(place, TCP, length);
    sum += checksum.sum(place + IP_HEADER, length);
    return checksum.sum(place, IP_HEADER) == 0xffff && Checksum.fold(sum) == 0xffff;
  }

  private boolean same(int a, int b, int length) {
    for (int i = 0; i < length; i += Integer.BYTES) {
      if (bytes.getInt(a + i) != bytes.getInt(b + i)) {
        return false;
      }
    }
    return true;
  }

  private void begin(int packet, boolean tcp, boolean plain) {
    Group group = groups[count++];
    int place = at[packet];
    group.first = packet;
    group.last = packet;
    group.packets = 1;
    group.length = lengths[packet];
    group.tcp = tcp;
    group.checked = false;
    group.open = plain && (bytes.get(place + FLAGS) & PSH) == 0;
    if (plain) {
      headers[packet] = headers(place);
      group.size = group.length - headers[packet];
      group.sequence = bytes.getInt(place + SEQUENCE) + group.size;
    }
  }

  private void append(int packet, Group group) {
    int place = at[packet];
    headers[packet] = headers[group.first];
    int payload = payloadLength(packet);
    next[group.last] = packet;
    group.last = packet;
    group.packets++;
    group.length += payload;
    group.sequence += payload;
    // A short or pushed segment is the last of those that a sender cut.
    group.open = payload == group.size && (bytes.get(place + FLAGS) & PSH) == 0;
  }
}
