package io.margay.cni.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessGatesTest {
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger pauses = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/opens",
        exchange -> exchange.sendResponseHeaders(asked.incrementAndGet() > 2 ? 204 : 503, -1));
    server.createContext("/closed", exchange -> exchange.sendResponseHeaders(500, -1));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void gateIsAskedAgainUntilItOpens() {
    assertThat(ReadinessGates.await(List.of(gate("/opens")), this::pause)).isEmpty();
    assertThat(pauses).hasValue(2);
  }

  @Test
  void closedGateIsNamedAfterHalfAMinute() {
    assertThat(ReadinessGates.await(List.of(gate("/opens"), gate("/closed")), this::pause))
        .contains(gate("/closed") + " answers 500");
    assertThat(pauses).as("two for the first, 30 s for the second").hasValue(2 + 6);
  }

  @Test
  void noGatesAreOpen() {
    assertThat(ReadinessGates.await(List.of())).isEmpty();
  }

  private boolean pause() {
    pauses.incrementAndGet();
    return true;
  }

  private URI gate(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }
}
