package io.margay.cni.server;

import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.RawCall;
import io.margay.cni.protocol.RequestReader;
import io.margay.cni.verb.Verbs;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Listens for the shim. Opens before the agent can serve: an ADD waits at the gate, a DEL is queued
 * and succeeds. A virtual thread a connection, one request a connection.
 */
public final class CniServer implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(CniServer.class);
  // A node that restarts starts a hundred pods at once; the JDK's default is 50.
  private static final int BACKLOG = 1024;
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final ServerSettings settings;
  private final NodeState state;
  private final ServerSocketChannel listener;
  private final DelQueue queue;
  private final QueueWorker worker;
  private final Gate gate = new Gate();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cni-", 1).factory());

  private CniServer(
      ServerSettings settings, NodeState state, ServerSocketChannel listener, IntConsumer queued) {
    this.settings = settings;
    this.state = state;
    this.listener = listener;
    this.queue = new DelQueue(settings.queue());
    this.worker = new QueueWorker(queue, queued);
  }

  /**
   * Listens on a socket that only root may use; takes the place of one that a dead agent left.
   *
   * @param queued told how many DELs wait, when that changes
   * @throws IOException when the path cannot be listened on
   */
  public static CniServer open(ServerSettings settings, NodeState state, IntConsumer queued)
      throws IOException {
    Path path = settings.socket();
    Path fresh =
        path.resolveSibling("." + path.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(fresh);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(fresh), BACKLOG);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      // In place with its mode at once, and without a moment in which there is no socket.
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      listener.close();
      Files.deleteIfExists(fresh);
      throw e;
    }
    var server = new CniServer(settings, state, listener, queued);
    server.threads.execute(server::acceptAll);
    LOG.info("cni.listening", "socket", path);
    return server;
  }

  /** Requests are carried out from now on, those that wait first; the queue is worked off. */
  public void serve(Verbs verbs) {
    gate.open(verbs);
    LOG.info("cni.serving", "socket", settings.socket());
    threads.execute(() -> worker.workOff(verbs));
  }

  /**
   * Listens no more and lets what is under way end for a while; what does not is given up, and its
   * shim queues a DEL or tells the runtime to try again. The socket's file stays: the shim takes
   * the refusal for an agent that restarts.
   */
  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException _) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void acceptAll() {
    while (true) {
      try {
        SocketChannel peer = listener.accept();
        startServing(peer);
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        // Out of descriptors, most likely: what is open ends soon.
        LOG.error("cni.accept.failed", e);
        LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
      }
    }
  }

  private void startServing(SocketChannel peer) throws IOException {
    try {
      threads.execute(() -> serve(peer));
    } catch (RejectedExecutionException _) {
      // Closed between the two: the shim sees the end of its connection, and knows what to do.
      peer.close();
    }
  }

  private void serve(SocketChannel peer) {
    try (peer) {
      ByteBuffer bytes = Frame.readCall(peer);
      Optional<RawCall> call = Frame.decode(bytes);
      var hangUp = HangUp.watch(peer, threads);
      Answer answer =
          call.isPresent()
              ? answer(call.get(), bytes, hangUp)
              : Answer.of(new CniError(CniError.IO, "the shim's call is malformed"), "1.0.0");
      Frame.write(peer, answer);
    } catch (IOException e) {
      // A runtime that lost patience, most of the time: it asks again, or sends a DEL.
      LOG.info("cni.connection.failed", "why", e.getMessage());
    } catch (RejectedExecutionException _) {
      LOG.info("cni.connection.failed", "why", "the agent stops");
    } catch (RuntimeException e) {
      LOG.error("cni.connection.broken", e);
    }
  }

  private Answer answer(RawCall call, ByteBuffer bytes, HangUp hangUp) throws IOException {
    if (call.program().equals("calico-node")) {
      return probe(call.variable("ASK"));
    }
    return switch (RequestReader.read(call)) {
      case RequestReader.Read.Refused(var version, var error) -> {
        LOG.warn("cni.request.refused", "why", error.msg(), "details", error.details());
        yield Answer.of(error, version);
      }
      case RequestReader.Read.Good(CniRequest.Del request) -> delete(call, bytes, request, hangUp);
      case RequestReader.Read.Good(CniRequest.Status request) when gate.now().isEmpty() ->
          tooEarly(request, CniError.NOT_AVAILABLE);
      case RequestReader.Read.Good(var request) ->
          gate.await(settings.gateLimit())
              .map(verbs -> verbs.answer(request, hangUp::happened))
              .orElseGet(() -> tooEarly(request, CniError.TRY_AGAIN));
    };
  }

  /** What cannot be done now is done later: a runtime that asks again and again helps nobody. */
  private Answer delete(RawCall call, ByteBuffer bytes, CniRequest.Del request, HangUp hangUp)
      throws IOException {
    Optional<Verbs> verbs = gate.now();
    if (verbs.isEmpty()) {
      return keep(call, bytes, request);
    }
    Answer answer = verbs.get().answer(request, hangUp::happened);
    if (answer.again()) {
      return keep(call, bytes, request);
    }
    if (queue.holds(call)) {
      // A shim that found nobody put it there, and asks once more: it takes its success for
      // granted.
      threads.execute(() -> worker.workOff(verbs.get()));
    }
    return answer;
  }

  private Answer keep(RawCall call, ByteBuffer bytes, CniRequest.Del request) throws IOException {
    queue.keep(call, bytes);
    LOG.info("cni.del.queued", "container", request.container().id());
    // The queue may have been worked off between the look at the gate and the file.
    gate.now().ifPresent(verbs -> threads.execute(() -> worker.workOff(verbs)));
    return Answer.DONE;
  }

  private Answer tooEarly(CniRequest request, int code) {
    return Answer.of(
        new CniError(
            code,
            "the Margay agent is starting",
            "it waits for "
                + state.startingUp()
                + ". Look at its log: kubectl -n kube-system logs -l k8s-app=calico-node"),
        request.netconf().version().text());
  }

  private Answer probe(String flag) {
    return NodeState.Question.ofFlag(flag)
        .map(state::ask)
        .map(verdict ->
            switch (verdict) {
              case NodeState.Verdict.Good _ -> Answer.DONE;
              case NodeState.Verdict.Bad(var reason) -> Answer.bad(reason);
            })
        .orElseGet(() -> Answer.bad("unknown question \"" + flag + "\""));
  }
}
