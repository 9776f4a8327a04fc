package io.margay.cluster.fault;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Reads what is asked, answers some of it in the server's place, and keeps count. */
final class Refuser {
  /** A client that still sends is heard to its end, so that it reads the answer. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final Identity identity;
  private final List<FaultProxy.Asked> requests = new ArrayList<>();

  Refuser(Identity identity) {
    this.identity = identity;
  }

  /** Requests so far, oldest first: those that were answered here and those that passed. */
  synchronized List<FaultProxy.Asked> requests() {
    return List.copyOf(requests);
  }

  /**
   * Serves one request of a connection.
   *
   * @return the client and the server's sockets when the request is to be passed on: its head has
   *     been
   */
  Optional<Passed> serve(Socket client, Socket server, Fault.Refusal refusal) throws IOException {
    SSLSocket asked = identity.asServer(client);
    Optional<RequestHead> head = RequestHead.read(asked.getInputStream());
    if (head.isEmpty()) {
      return Optional.empty();
    }
    if (count(head.get()) % refusal.every() == 0) {
      answer(asked, refusal);
      return Optional.empty();
    }
    SSLSocket passed = identity.asClient(server);
    passed.getOutputStream().write(head.get().alone());
    return Optional.of(new Passed(asked, passed));
  }

  /** Two ends of a connection, decrypted. */
  record Passed(Socket client, Socket server) {}

  private synchronized int count(RequestHead head) {
    requests.add(new FaultProxy.Asked(System.nanoTime(), head.line()));
    return requests.size();
  }

  private static void answer(SSLSocket client, Fault.Refusal refusal) throws IOException {
    String body =
        """
        {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, \
        "message": "refused by the fault proxy"}
        """
            .formatted(refusal.status());
    String pause =
        refusal.retryAfter().map(d -> "Retry-After: " + d.toSeconds() + "\r\n").orElse("");
    String head =
        "HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(refusal.status(), pause, body.length());
    client.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    client.shutdownOutput();
    client.setSoTimeout((int) LINGER.toMillis());
    try (InputStream rest = client.getInputStream()) {
      rest.skip(Long.MAX_VALUE);
    } catch (SocketTimeoutException e) {
      // It has had its answer.
    }
  }
}
