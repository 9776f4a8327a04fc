package io.margay.cluster.fault;

import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before an API server and behaves as it is told. Where the fault is about connections, TLS
 * goes through untouched; where it is about requests, it speaks HTTP/1.1 in the server's name, a
 * request a connection. Any thread may call.
 */
public final class FaultProxy implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(FaultProxy.class);

  private static final int CHUNK = 16 * 1024;

  /** What passes at once on a slow way: small enough that several connections share it. */
  private static final int SLOW_CHUNK = 128;

  private final URI server;
  private final ServerSocket listener;
  private final Refuser refuser;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<Socket, Socket> upstreams = new ConcurrentHashMap<>();
  private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();

  /**
   * A request that was read.
   *
   * @param at nanoseconds of {@link System#nanoTime}
   * @param line such as {@code GET /api/v1/pods HTTP/1.1}
   */
  public record Asked(long at, String line) {}

  private record State(Fault fault, Throttle throttle) {}

  private volatile State state = new State(new Fault.None(), new Throttle(Integer.MAX_VALUE));

  private FaultProxy(URI server, ServerSocket listener, Refuser refuser) {
    this.server = server;
    this.listener = listener;
    this.refuser = refuser;
  }

  /**
   * Starts one that lets everything pass.
   *
   * @param pki the folder with the server's certificate, in whose name it speaks
   * @param server on whose address it listens
   * @param port 0 for any that is free
   */
  public static FaultProxy start(Path pki, URI server, int port) throws IOException {
    var listener = new ServerSocket();
    try {
      listener.bind(new InetSocketAddress(server.getHost(), port));
      var proxy = new FaultProxy(server, listener, new Refuser(Identity.of(pki)));
      Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
      return proxy;
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  /** Where it is asked, such as https://127.3.2.1:34567. */
  public URI address() {
    return URI.create("https://" + server.getHost() + ":" + listener.getLocalPort());
  }

  /** Behaves so from now on; connections are cut when requests have to be read, or no longer. */
  public void set(Fault fault) {
    boolean cuts = fault.isAboutRequests() || state.fault().isAboutRequests();
    int rate = fault instanceof Fault.Slow(int bytes) ? bytes : Integer.MAX_VALUE;
    synchronized (this) {
      state = new State(fault, new Throttle(rate));
      notifyAll();
    }
    if (cuts) {
      cut();
    }
  }

  /** Breaks all connections that there are. */
  public void cut() {
    open.forEach(FaultProxy::end);
  }

  /**
   * Forgets all connections that there are, as a load balancer does: the server's end is closed,
   * and the client is told nothing. New ones pass.
   */
  public void forget() {
    forgotten.addAll(open);
    upstreams.forEach((client, upstream) -> {
      if (forgotten.contains(client)) {
        end(upstream);
      }
    });
  }

  /** The requests that were read, those that passed too: while a {@link Fault.Refusal} was set. */
  public List<Asked> requests() {
    return refuser.requests();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    set(new Fault.None());
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().name("fault-proxy-connection").start(() -> serve(client));
      } catch (IOException e) {
        LOG.debug("fault.proxy.accept", "why", e.getMessage());
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var upstream = new Socket(server.getHost(), server.getPort())) {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      if (state.fault() instanceof Fault.Refusal refusal) {
        var passed = refuser.serve(client, upstream, refusal);
        if (passed.isPresent()) {
          join(passed.get().client(), passed.get().server());
        }
      } else {
        upstreams.put(client, upstream);
        join(client, upstream);
      }
      if (forgotten.contains(client)) {
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      LOG.debug("fault.proxy.broken", "why", e.getMessage());
    } finally {
      open.remove(client);
      upstreams.remove(client);
      forgotten.remove(client);
    }
  }

  /** Carries bytes both ways until one side ends. */
  private void join(Socket client, Socket upstream) {
    Thread back = Thread.ofVirtual().name("fault-proxy-back").start(() -> pump(upstream, client));
    pump(client, upstream);
    try {
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to) {
    var bytes = new byte[CHUNK];
    try {
      int size = Math.max(0, read(from, bytes));
      while (size > 0) {
        pass(size);
        to.getOutputStream().write(bytes, 0, size);
        size = read(from, bytes);
      }
    } catch (IOException e) {
      LOG.debug("fault.proxy.broken", "why", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endUnlessForgotten(from);
      endUnlessForgotten(to);
    }
  }

  private int read(Socket from, byte[] into) throws IOException {
    int most = state.fault() instanceof Fault.Slow ? SLOW_CHUNK : into.length;
    return from.getInputStream().read(into, 0, most);
  }

  private void pass(int size) throws InterruptedException {
    synchronized (this) {
      while (state.fault() instanceof Fault.Silent) {
        wait();
      }
    }
    if (state.fault() instanceof Fault.Slow) {
      state.throttle().pass(size);
    }
  }

  private void endUnlessForgotten(Socket socket) {
    if (!forgotten.contains(socket)) {
      end(socket);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("fault.proxy.close", "why", e.getMessage());
    }
  }
}
