package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.wire.TcpPackets.Tcp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoinerTest {
  private static final int CAPACITY = 64;
  private static final int SLOT = 2048;
  private static final int ROOM = 64;
  private static final int SIZE = 100;

  @Test
  void segmentsInOrderBecomeOne() {
    var in = List.of(segment(0), segment(1), new Tcp(2 * SIZE, TcpPackets.ACK, 7));
    List<Joined> out = joined(in.stream().map(Tcp::bytes).toList());
    assertThat(out).hasSize(1);
    assertThat(out.getFirst().hex)
        .as("checksum, TCP, 52 bytes of headers, 100 of payload, 20, 16; total length")
        .startsWith("01013400640014001000" + "45000103");
  }

  @Test
  void theGoldenSegmentsBecomeThePacketThatTheyWereCutFrom() throws IOException {
    Path dir = Path.of("src/test/golden/joined");
    List<Joined> out = joined(Hex.packets(dir.resolve("in.txt")));
    List<String> expected = Hex.packets(dir.resolve("out.txt")).stream().map(Hex::of).toList();
    assertThat(out.stream().map(Joined::hex)).containsExactlyElementsOf(expected);
  }

  record Stranger(String name, UnaryOperator<byte[]> doing) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Stranger> strangers() {
    return List.of(
        changed("another source", 15),
        changed("another destination", 19),
        changed("another source port", 21),
        changed("another destination port", 23),
        changed("a gap", 27),
        changed("another acknowledgement", 31),
        changed("another window", 35),
        changed("other options", 45),
        changed("another TOS", 1),
        changed("another TTL", 8),
        flags("FIN", 0x11),
        flags("SYN", 0x12),
        flags("RST", 0x14),
        flags("URG", 0x30),
        flags("CWR", 0x90),
        flags("ECE", 0x50),
        flags("no ACK", 0),
        new Stranger("without DF", p -> with(p, 6, 0)),
        new Stranger("more fragments", p -> with(p, 6, 0x20)),
        new Stranger("a later fragment", p -> with(p, 7, 1)),
        new Stranger("reserved bits", p -> with(p, 32, p[32] | 1)),
        new Stranger("urgent data", p -> with(p, 39, 1)),
        new Stranger("shorter options", p -> with(p, 32, 0x70)),
        new Stranger("no whole TCP header", p -> with(p, 32, 0x40)),
        new Stranger("options alone", p -> with(p, 32, 0xf0)),
        new Stranger("a payload of other bytes", p -> unfinished(p, p.length - 1)),
        new Stranger("a bad header checksum", p -> unfinished(p, 10)),
        new Stranger("a bad TCP checksum", p -> unfinished(p, 37)),
        new Stranger("UDP", p -> unfinished(p, 9)),
        new Stranger("a larger segment", _ -> new Tcp(SIZE, 0x10, SIZE + 1).bytes()),
        new Stranger("no payload", _ -> new Tcp(SIZE, 0x10, 0).bytes()));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void whatDiffersIsNotJoined(Stranger stranger) {
    byte[] second = stranger.doing.apply(segment(1).bytes());
    List<Joined> out = joined(List.of(segment(0).bytes(), second));
    assertThat(out).hasSize(2);
    assertThat(out.get(0).packet()).isEqualTo(Hex.of(segment(0).bytes()));
    assertThat(out.get(1).packet()).isEqualTo(Hex.of(second));
  }

  @Test
  void aBadFirstSegmentIsNotJoinedEither() {
    byte[] bad = unfinished(segment(0).bytes(), 70);
    List<Joined> out = joined(List.of(bad, segment(1).bytes(), segment(2).bytes()));
    assertThat(out).hasSize(2);
    assertThat(out.get(0).packet()).isEqualTo(Hex.of(bad));
    assertThat(out.get(1).packets).isEqualTo(2);
  }

  @Test
  void nothingIsJoinedBehindAPushOrAShortSegment() {
    var pushed = new Tcp(SIZE, TcpPackets.ACK | TcpPackets.PSH, SIZE);
    assertThat(shape(segment(0), pushed, segment(2), segment(3))).containsExactly(2, 2);
    var small = new Tcp(SIZE, TcpPackets.ACK, SIZE - 1);
    var next = new Tcp(2 * SIZE - 1, TcpPackets.ACK, 1);
    assertThat(shape(segment(0), small, next)).containsExactly(2, 1);
  }

  @Test
  void connectionsThatAlternateAreJoinedApart() {
    Tcp[] other = Stream.of(0, 1).map(i -> with(segment(i), 4711)).toArray(Tcp[]::new);
    assertThat(shape(segment(0), other[0], segment(1), other[1])).containsExactly(2, 2);
  }

  @Test
  void anAcknowledgementBetweenKeepsItsPlace() {
    var acknowledgement = new Tcp(SIZE, TcpPackets.ACK, 0);
    assertThat(shape(segment(0), acknowledgement, segment(1))).containsExactly(1, 1, 1);
  }

  @Test
  void outOfOrderSegmentsStayInTheirOrder() {
    assertThat(shape(segment(1), segment(0), segment(2))).containsExactly(1, 1, 1);
  }

  @Test
  void identificationsCountWhereThePacketMayBeCut() {
    UnaryOperator<byte[]> mayBeCut = p -> with(p, 6, 0);
    byte[] first = mayBeCut.apply(numbered(0, 0xffff).bytes());
    byte[] next = mayBeCut.apply(numbered(1, 0).bytes());
    byte[] same = mayBeCut.apply(numbered(1, 0xffff).bytes());
    assertThat(joined(List.of(first, next))).hasSize(1);
    assertThat(joined(List.of(first, same))).hasSize(2);
  }

  @Test
  void nothingGrowsBeyond64KiB() {
    var in = new ArrayList<Tcp>();
    for (int i = 0; i < CAPACITY; i++) {
      in.add(new Tcp(i * 1428, TcpPackets.ACK, 1428));
    }
    // 45 * 1428 + 52 = 64312; one more would be 65740.
    assertThat(shape(in.toArray(Tcp[]::new))).containsExactly(45, 19);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsJoinedAndCutAgainIsWhatCame(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<byte[]> in = traffic(random);
      var out = new ArrayList<String>();
      for (Joined joined : joined(in)) {
        if (joined.packets == 1) {
          out.add(joined.packet());
        } else {
          out.addAll(SegmentsTest.cut(HexFormat.of().parseHex(joined.hex)));
        }
      }
      assertThat(out)
          .as("seed %d, round %d", seed, round)
          .containsExactlyInAnyOrderElementsOf(in.stream().map(Hex::of).toList());
      for (int port = 1; port <= 3; port++) {
        String mark = "0af402010%03x1451".formatted(port);
        assertThat(out.stream().filter(p -> p.contains(mark)))
            .as("seed %d, round %d: order of connection %d", seed, round, port)
            .containsExactlyElementsOf(
                in.stream().map(Hex::of).filter(p -> p.contains(mark)).toList());
      }
    }
  }

  /** Segments of three connections, most of them in order; some differ in something. */
  private static List<byte[]> traffic(Random random) {
    var packets = new ArrayList<byte[]>();
    int[] sequences = {random.nextInt(), random.nextInt(), random.nextInt()};
    int[] identifications = new int[3];
    while (packets.size() < CAPACITY) {
      int c = random.nextInt(3);
      int payload = random.nextInt(4) == 0 ? random.nextInt(300) : 250;
      int flags = random.nextInt(8) == 0 ? random.nextInt(256) : TcpPackets.ACK;
      int options = random.nextInt(20) == 0 ? 8 : 12;
      byte[] packet =
          new Tcp(c + 1, sequences[c], flags, identifications[c]++, options, payload).bytes();
      if (random.nextInt(10) == 0) {
        packet[random.nextInt(packet.length - 24) + 24] ^= (byte) (1 << random.nextInt(8));
      }
      packets.add(packet);
      sequences[c] += payload + (random.nextInt(20) == 0 ? 1 : 0);
    }
    return packets;
  }

  /** What the device gets, behind its virtio header; of how many packets. */
  record Joined(int packets, String hex) {
    String packet() {
      return hex.substring(2 * VirtioHeader.BYTES);
    }
  }

  private static List<Integer> shape(Tcp... packets) {
    return joined(Stream.of(packets).map(Tcp::bytes).toList()).stream()
        .map(Joined::packets)
        .toList();
  }

  private static List<Joined> joined(List<byte[]> packets) {
    ByteBuffer bytes = ByteBuffer.allocate(CAPACITY * SLOT);
    var joiner = new Joiner(bytes, CAPACITY);
    for (int i = 0; i < packets.size(); i++) {
      bytes.put(i * SLOT + ROOM, packets.get(i));
      joiner.add(i * SLOT + ROOM);
    }
    var all = new ArrayList<Joined>();
    for (int g = 0; g < joiner.groups(); g++) {
      all.add(joined(bytes, joiner, g));
    }
    return all;
  }

  private static Joined joined(ByteBuffer bytes, Joiner joiner, int g) {
    int at = joiner.at(joiner.first(g));
    int first = Ipip.totalLength(bytes, at);
    if (joiner.packets(g) > 1) {
      joiner.finish(g, at - VirtioHeader.BYTES);
    }
    ByteBuffer all = ByteBuffer.allocate(1 << 17);
    all.put(0, bytes, at - VirtioHeader.BYTES, VirtioHeader.BYTES + first);
    all.position(VirtioHeader.BYTES + first);
    for (int p = joiner.next(joiner.first(g)); p != Joiner.NONE; p = joiner.next(p)) {
      all.put(all.position(), bytes, joiner.payload(p), joiner.payloadLength(p));
      all.position(all.position() + joiner.payloadLength(p));
    }
    byte[] packet = new byte[all.position()];
    all.get(0, packet);
    return new Joined(joiner.packets(g), Hex.of(packet));
  }

  /** Segment {@code i} of those that follow each other. */
  private static Tcp segment(int i) {
    return numbered(i, 7);
  }

  private static Tcp numbered(int i, int identification) {
    return new Tcp(50_000, i * SIZE, TcpPackets.ACK, identification, 12, SIZE);
  }

  private static Tcp with(Tcp tcp, int port) {
    return new Tcp(
        port, tcp.sequence(), tcp.flags(), tcp.identification(), tcp.options(), tcp.payload());
  }

  private static Stranger changed(String name, int at) {
    return new Stranger(name, p -> with(p, at, p[at] ^ 4));
  }

  private static Stranger flags(String name, int flags) {
    return new Stranger(name, p -> with(p, 33, flags));
  }

  /** A byte changed, the checksums right. */
  private static byte[] with(byte[] packet, int at, int value) {
    packet[at] = (byte) value;
    return TcpPackets.finished(packet);
  }

  /** A byte changed, the checksums not. */
  private static byte[] unfinished(byte[] packet, int at) {
    packet[at] ^= 0x10;
    return packet;
  }
}
