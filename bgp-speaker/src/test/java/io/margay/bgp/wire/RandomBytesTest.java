package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes: a message or a fault, never an exception, never a byte behind the end. */
class RandomBytesTest {
  private static final List<WireFormat> FORMATS =
      List.of(Bytes.IBGP, Bytes.EBGP, Bytes.OLD, WireFormat.NONE);

  @Test
  void randomBodiesAreSurvived() {
    for (long seed = 0; seed < 20_000; seed++) {
      var chance = new Random(seed);
      byte[] body = new byte[chance.nextInt(200)];
      chance.nextBytes(body);
      read(Bytes.message(1 + chance.nextInt(5), body), chance, seed);
    }
  }

  @Test
  void damagedUpdatesAreSurvived() {
    for (long seed = 0; seed < 20_000; seed++) {
      var chance = new Random(seed);
      var routes = new RandomRoutes(chance);
      Family family = chance.nextBoolean() ? Family.IPV4 : Family.IPV6;
      var announcement =
          new Announcement(family, routes.attributes(family), routes.prefixes(family, 3));
      byte[] bytes =
          Bytes.encode(
              new UpdateBatch(routes.prefixes(family, 2), List.of(announcement), List.of()),
              Bytes.IBGP);
      int damages = 1 + chance.nextInt(4);
      for (int i = 0; i < damages; i++) {
        bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt();
      }
      read(bytes, chance, seed);
    }
  }

  @Test
  void randomStreamsAreSurvived() {
    for (long seed = 0; seed < 2_000; seed++) {
      var chance = new Random(seed);
      byte[] bytes = new byte[chance.nextInt(400)];
      chance.nextBytes(bytes);
      read(bytes, chance, seed);
    }
  }

  private static void read(byte[] bytes, Random chance, long seed) {
    WireFormat format = FORMATS.get(chance.nextInt(FORMATS.size()));
    assertThat(Bytes.messages(bytes, format)).as("seed %d", seed).isNotNull();
  }
}
