package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.addr.Family;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages of real sessions, recorded by BIRD, OpenBGPD and Quagga as MRT (RFC 6396, 4.4). */
class MrtDumpTest {
  private static final int BGP4MP = 16;
  private static final int BGP4MP_ET = 17;
  private static final int SEED_BYTES = 4096;

  @Test
  void recordedMessagesAreReadWithoutFault() throws IOException {
    var messages = new ArrayList<BgpMessage>();
    for (Path file : recordings("openbgpd_bgp", "quagga_bgp")) {
      messages.addAll(read(file));
    }
    assertThat(messages).hasSizeGreaterThan(100);
    assertThat(messages).filteredOn(m -> m instanceof MalformedMessage).isEmpty();
    assertThat(messages)
        .filteredOn(m -> m instanceof DecodedUpdate u && u.announced().isEmpty())
        .hasSizeLessThan(40);
  }

  // BIRD's sessions had agreed on add-path: without that agreement their prefixes are garbage.
  @Test
  void messagesOfAnotherAgreementAreFaultsAtWorst() throws IOException {
    for (Path file : recordings("bird_bgp", "bird6_bgp", "bird-mrtdump_bgp", "bird6-mrtdump_bgp")) {
      assertThat(read(file))
          .as(file.toString())
          .hasSizeGreaterThan(10)
          .hasAtLeastOneElementOfType(OpenMessage.class)
          .hasAtLeastOneElementOfType(MalformedMessage.class);
    }
  }

  @Test
  void recordedMessagesMeanTheSameFlatAndAsObjects() throws IOException {
    for (Path file :
        recordings("openbgpd_bgp", "quagga_bgp", "bird_bgp", "bird6_bgp", "bird-mrtdump_bgp")) {
      each(file, RunOracle::check);
    }
  }

  /** The fuzzers begin with real sessions: {@code ./dev fuzz} reads this folder beside its own. */
  @Test
  void recordedSessionsAreSeedsOfTheFuzzers() throws IOException {
    for (String name : List.of("openbgpd_bgp", "quagga_bgp", "bird_bgp", "bird6_bgp")) {
      var recorded = Unpooled.buffer();
      each(
          recordings(name).getFirst(),
          (bytes, _) -> {
            if (recorded.readableBytes() + bytes.length <= SEED_BYTES) {
              recorded.writeBytes(bytes);
            }
          });
      byte[] seed = Bytes.written(recorded);
      assertThat(seed).as(name).isNotEmpty();
      for (String fuzzer : List.of("MessageFuzz", "RunFuzz")) {
        Path folder = Files.createDirectories(Path.of("target/fuzz", fuzzer));
        Files.write(folder.resolve("recorded-" + name), seed);
      }
    }
  }

  private static List<Path> recordings(String... names) {
    Path folder = Path.of(System.getProperty("margay.root", "."), "../shared/data/mrt");
    assumeTrue(Files.isDirectory(folder), "no recorded sessions at " + folder);
    return Stream.of(names).map(folder::resolve).toList();
  }

  private static List<BgpMessage> read(Path file) throws IOException {
    var out = new ArrayList<BgpMessage>();
    each(file, (bytes, format) -> out.addAll(Bytes.messages(bytes, format)));
    return out;
  }

  private static void each(Path file, BiConsumer<byte[], WireFormat> message) throws IOException {
    ByteBuf in = Unpooled.wrappedBuffer(Files.readAllBytes(file));
    while (in.readableBytes() >= 12) {
      in.skipBytes(4);
      int type = in.readUnsignedShort();
      int subtype = in.readUnsignedShort();
      int end = in.readInt() + in.readerIndex();
      if (type == BGP4MP_ET) {
        in.skipBytes(4);
      }
      if (type == BGP4MP || type == BGP4MP_ET) {
        message(in, subtype, end, message);
      }
      in.readerIndex(end);
    }
  }

  // Subtypes 1 and 4 are messages with two or four bytes for each AS number; 8 and 9 (RFC 8050)
  // the same of sessions with add-path.
  private static void message(
      ByteBuf in, int subtype, int end, BiConsumer<byte[], WireFormat> message) {
    boolean as4 = subtype == 4 || subtype == 9;
    if (!as4 && subtype != 1 && subtype != 8) {
      return;
    }
    in.skipBytes(as4 ? 8 : 4);
    in.skipBytes(2);
    int afi = in.readUnsignedShort();
    in.skipBytes(afi == Family.IPV4.afi() ? 8 : 32);
    byte[] bytes = new byte[end - in.readerIndex()];
    in.readBytes(bytes);
    var format =
        new WireFormat(as4, false, Set.of(Family.IPV4, Family.IPV6), BgpMessage.MAX_LENGTH);
    message.accept(bytes, format);
  }
}
