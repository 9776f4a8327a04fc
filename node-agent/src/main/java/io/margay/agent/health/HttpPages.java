package io.margay.agent.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A few pages of text over HTTP, for probes and Prometheus. */
public final class HttpPages implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(HttpPages.class);
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** An answer: status, type, text. */
  public record Page(int status, String contentType, String text) {
    /** What Felix answers to a probe: 200 or 503 with the table. */
    public static Page of(Health.Report report) {
      return new Page(report.good() ? 200 : 503, "text/plain; charset=utf-8", report.text());
    }
  }

  private HttpPages(HttpServer server) {
    this.server = server;
  }

  /**
   * Serves these paths.
   *
   * @param host an address or name of this machine; empty for all addresses
   * @throws IOException when the address cannot be had
   */
  public static HttpPages serve(String host, int port, Map<String, Supplier<Page>> pages)
      throws IOException {
    var address = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    var pagesServer = new HttpPages(HttpServer.create(address, BACKLOG));
    pages.forEach(
        (path, page) -> pagesServer.server.createContext(path, e -> answer(e, path, page)));
    pagesServer.server.setExecutor(pagesServer.threads);
    pagesServer.server.start();
    return pagesServer;
  }

  /** Where it listens; of use when the port was 0. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** A page that cannot be made is an answer too: nobody should wait for one. */
  private static Page made(String path, Supplier<Page> supplier) {
    try {
      return supplier.get();
    } catch (RuntimeException e) {
      LOG.error("http.page.failed", e, "path", path);
      return text(500, "the agent failed to make this page: " + e);
    }
  }

  private static Page text(int status, String line) {
    return new Page(status, "text/plain; charset=utf-8", line + "\n");
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Page> supplier)
      throws IOException {
    try (exchange) {
      boolean known = exchange.getRequestURI().getPath().equals(path);
      Page page = known ? made(path, supplier) : text(404, "not found");
      byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", page.contentType());
      exchange.sendResponseHeaders(page.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }
}
