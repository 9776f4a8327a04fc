package io.margay.kernel.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.process.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncementTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Mac MAC = Mac.of("02:00:00:00:00:07");
  private static final Ip4 IPV4 = Ip4.of("172.30.1.77");
  private static final Ip6 IPV6 = Ip6.of("fd00:30:1::77");
  private static final Ip6 SOURCE = Ip6.of("fe80::7");

  @TempDir private Path directory;

  private static String hex(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void anIpv4AddressAsksForItself() {
    assertThat(hex(Announcement.arp(IPV4, MAC)))
        .isEqualTo(
            "ffffffffffff" // to all
                + "020000000007" // from us
                + "0806" // ARP
                + "0001" // Ethernet
                + "0800" // IPv4
                + "0604" // lengths of both addresses
                + "0001" // a request
                + "020000000007" // by us
                + "ac1e014d" // with the address
                + "000000000000" // of nobody known
                + "ac1e014d"); // for the address
  }

  @Test
  void anIpv6AddressIsAdvertisedToAllAndOverrides() {
    assertThat(hex(Announcement.advertisement(IPV6, MAC, SOURCE)))
        .isEqualTo(
            "333300000001" // to all nodes
                + "020000000007" // from us
                + "86dd" // IPv6
                + "60000000" // version, class, flow
                + "0020" // length of what follows the header
                + "3a" // ICMPv6
                + "ff" // hop limit
                + "fe800000000000000000000000000007"
                + "ff020000000000000000000000000001"
                + "88" // neighbour advertisement
                + "00"
                + "5868" // checksum; tshark agrees
                + "20000000" // override; no router, nobody asked
                + "fd000030000100000000000000000077"
                + "0201" // option: target link-layer address, 8 bytes
                + "020000000007");
  }

  @Test
  void anIpv6AddressIsNotAnnouncedFromAnIpv4Address() {
    assertThatThrownBy(() -> Announcement.of(IPV6, MAC, IPV4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fd00:30:1::77");
  }

  /** Fields as tshark reads them, of frames that it is given in a file. */
  @Test
  void tsharkReadsWhatWasMeant() throws IOException {
    assumeTrue(
        Program.run(List.of("which", "tshark"), Optional.empty(), LIMIT).succeeded(),
        "tshark is not installed");
    Path file =
        capture(
            List.of(
                Announcement.of(IPV4, MAC, Ip4.of("172.30.1.9")),
                Announcement.of(IPV6, MAC, SOURCE)));
    assertThat(
            fields(
                file,
                "arp.isannouncement",
                "arp.src.hw_mac",
                "arp.src.proto_ipv4",
                "icmpv6.type",
                "icmpv6.checksum.status",
                "icmpv6.nd.na.target_address",
                "icmpv6.nd.na.flag.o",
                "icmpv6.nd.na.flag.s",
                "icmpv6.nd.na.flag.r",
                "icmpv6.opt.linkaddr",
                "_ws.malformed"))
        .containsExactly(
            "1|02:00:00:00:00:07|172.30.1.77||||||||",
            "|||136|1|fd00:30:1::77|1|0|0|02:00:00:00:00:07|");
  }

  private static List<String> fields(Path file, String... names) {
    var argv = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-T", "fields"));
    argv.addAll(List.of("-E", "separator=|"));
    for (String name : names) {
      argv.addAll(List.of("-e", name));
    }
    return Program.run(argv, Optional.empty(), LIMIT)
        .orThrow()
        .out()
        .lines()
        // What is true is said in either way.
        .map(line -> line.replace("True", "1").replace("False", "0"))
        .toList();
  }

  /** The format of libpcap, link type Ethernet. */
  private Path capture(List<ByteBuffer> frames) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    all.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
    all.putInt(65535).putInt(1);
    for (ByteBuffer frame : frames) {
      all.putLong(0).putInt(frame.remaining()).putInt(frame.remaining()).put(frame.duplicate());
    }
    byte[] bytes = new byte[all.flip().remaining()];
    all.get(bytes);
    return Files.write(directory.resolve("frames.pcap"), bytes);
  }
}
