package io.margay.cluster.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestHeadTest {
  private static RequestHead read(String text) throws IOException {
    return RequestHead.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
        .orElseThrow();
  }

  private static String alone(RequestHead head) {
    return new String(head.alone(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void headEndsAtTheEmptyLineAndItsConnectionAfterIt() throws IOException {
    RequestHead head =
        read("POST /a HTTP/1.1\r\nHost: x\r\nconnection: keep-alive\r\n\r\n{\"body\": 1}");
    assertThat(head.line()).isEqualTo("POST /a HTTP/1.1");
    assertThat(alone(head)).isEqualTo("POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @Test
  void upgradeIsPassedOnAsItIs() throws IOException {
    String text = "GET /a?watch=true HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    assertThat(read(text).isUpgrade()).isTrue();
    assertThat(alone(read(text))).isEqualTo(text);
  }

  @Test
  void clientThatClosesInsteadHasAskedNothing() throws IOException {
    var half = new ByteArrayInputStream("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(RequestHead.read(half)).isEmpty();
  }
}
