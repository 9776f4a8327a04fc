package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a stream both ways, flat and as objects, and throws where they differ. */
final class RunOracle {
  private static final Set<Family> BOTH = Set.of(Family.IPV4, Family.IPV6);

  /** All that shapes how UPDATEs are read. */
  static final List<WireFormat> FORMATS =
      List.of(
          Bytes.IBGP,
          Bytes.EBGP,
          Bytes.OLD,
          WireFormat.NONE,
          new WireFormat(true, true, Set.of(Family.IPV4), BgpMessage.MAX_LENGTH),
          new WireFormat(true, false, Set.of(Family.IPV6), BgpMessage.MAX_LENGTH),
          new WireFormat(true, true, BOTH, BgpMessage.MAX_EXTENDED, true, BOTH, BOTH));

  private RunOracle() {}

  /** Every message of the stream up to the first malformed one. */
  static void check(byte[] stream, WireFormat format) {
    List<BgpMessage> expected = Bytes.messages(stream, format);
    var found = new ArrayList<BgpMessage>();
    var decoder = new RunDecoder(format);
    var run = new UpdateRun();
    int at = 0;
    while (found.size() < expected.size()) {
      run.clear();
      at = decoder.read(stream, at, stream.length, run);
      found.addAll(run.updates());
      decoder.malformed().ifPresent(found::add);
      if (found.size() == expected.size() || decoder.malformed().isPresent()) {
        break;
      }
      // Something else, or a bad header: for the other reader.
      found.add(expected.get(found.size()));
      at += length(stream, at);
    }
    List<BgpMessage> first = untilMalformed(expected);
    if (!first.equals(untilMalformed(found))) {
      throw new AssertionError("as objects " + first + "\nflat " + found + "\nas " + format);
    }
  }

  private static List<BgpMessage> untilMalformed(List<BgpMessage> messages) {
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i) instanceof MalformedMessage) {
        return messages.subList(0, i + 1);
      }
    }
    return messages;
  }

  private static int length(byte[] stream, int at) {
    return BigEndian.u16(stream, at + 16);
  }
}
