package io.margay.kernel.netlink;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.NativeBytes;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket. It belongs to the network namespace of the thread that opens it, for ever;
 * afterwards it is used by one thread at a time, whichever. Calls block on a platform thread.
 *
 * <p>Requests and groups are not to be mixed on one socket: answers and news would interleave.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** {@code NETLINK_ROUTE}. */
  public static final int ROUTE = 0;

  /** {@code NETLINK_NETFILTER}. */
  public static final int NETFILTER = 12;

  private static final int SOL_NETLINK = 270;
  private static final int ADD_MEMBERSHIP = 1;
  private static final int CAP_ACK = 10;
  private static final int EXT_ACK = 11;
  private static final int GET_STRICT_CHK = 12;
  private static final int SOCKADDR_BYTES = 12;

  /** An ACK costs the receive buffer about a kilobyte: so many fit at once. */
  private static final int BATCH = 1000;

  private static final int BUFFER_BYTES = 4 << 20;

  /** The kernel answers within the send; a silence is a lost answer, which must not hang us. */
  private static final int ANSWER_MILLIS = 10_000;

  private final Fd fd;
  private final int port;
  private final Buffers buffers = Buffers.take();
  private final MessageWriter writer = new MessageWriter(buffers.send());
  private final MessageCursor cursor = new MessageCursor();
  private @Nullable BlockPipeline pipeline;
  private int sequence = 1;
  private boolean closed;

  private NetlinkSocket(Fd fd, int port) {
    this.fd = fd;
    this.port = port;
  }

  /**
   * Opens a socket in the calling thread's network namespace.
   *
   * @param protocol {@link #ROUTE}, {@link #NETFILTER}
   * @throws KernelException EPERM: the process has no CAP_NET_ADMIN there
   */
  public static NetlinkSocket open(int protocol) {
    Fd fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
    try {
      Libc.setOption(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, BUFFER_BYTES);
      Libc.setOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, BUFFER_BYTES);
      Libc.setOption(fd, SOL_NETLINK, CAP_ACK, 1);
      Libc.setOption(fd, SOL_NETLINK, EXT_ACK, 1);
      prefer(fd, GET_STRICT_CHK);
      Libc.receiveTimeout(fd, ANSWER_MILLIS);
      ByteBuffer address = Libc.buffer(SOCKADDR_BYTES).putShort(0, (short) Libc.AF_NETLINK);
      Libc.bind(fd, address);
      Libc.ownAddress(fd, address);
      return new NetlinkSocket(fd, address.getInt(4));
    } catch (KernelException e) {
      fd.close();
      if (e.errno() == Errno.EPERM) {
        throw new KernelException("open netlink", Errno.EPERM, "needs CAP_NET_ADMIN");
      }
      throw e;
    }
  }

  /** One over a socket that is open already and has this number: in tests, of no kernel's. */
  static NetlinkSocket over(Fd fd, int port) {
    return new NetlinkSocket(fd, port);
  }

  /**
   * Sets an option that older kernels do not have. Before 4.20 none checks requests strictly: it
   * passes over filters of a dump, and {@link Rtnl} filters what comes once more.
   *
   * @return whether the kernel has it
   */
  static boolean prefer(Fd fd, int option) {
    try {
      Libc.setOption(fd, SOL_NETLINK, option, 1);
      return true;
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOPROTOOPT) {
        return false;
      }
      throw e;
    }
  }

  /** The number by which the kernel tells this socket's doings from others'. */
  public int port() {
    return port;
  }

  /** Receives the messages of a group from now on. */
  public void join(int group) {
    Libc.setOption(fd, SOL_NETLINK, ADD_MEMBERSHIP, group);
  }

  /**
   * Sends requests in as few calls as they fit in. They run in order, each by itself: a refusal
   * does not stop the rest.
   *
   * @return one answer for each request, in their order
   */
  public List<Ack> execute(List<? extends Request> requests) {
    settle();
    var acks = new Ack[requests.size()];
    ByteBuffer out = buffers.send();
    int from = 0;
    while (from < acks.length) {
      int base = sequence;
      int to = from;
      out.clear();
      while (to < acks.length && to - from < BATCH && out.remaining() >= Request.MAX_BYTES) {
        writer.request(requests.get(to++), sequence++);
      }
      out.flip();
      Libc.send(fd, out);
      collect(requests, acks, from, to, base);
      from = to;
    }
    return Arrays.asList(acks);
  }

  /** Empties a block, so that requests can be added for this socket; first awaits its answers. */
  public void begin(RequestBlock block) {
    await(block);
    block.clear(sequence);
    sequence += RequestBlock.MAX_REQUESTS;
  }

  /**
   * Sends the requests of a block in one call and waits for the answers, which the block has then.
   * They run in order, each by itself: a refusal does not stop the rest.
   */
  public void execute(RequestBlock block) {
    pipeline().execute(block, buffers.send());
  }

  /**
   * Has the requests of a block sent behind those of others, while the caller goes on: with other
   * blocks, or with {@link #await}. What else is asked of this socket waits for the answers first.
   */
  public void send(RequestBlock block) {
    pipeline().add(block);
  }

  /** Waits until a block that is being sent has its answers. */
  public void await(RequestBlock block) {
    if (pipeline != null) {
      pipeline.await(block);
    }
  }

  /** Sends one request whose answer holds messages; gives them to the handler, then the ACK. */
  public Ack ask(Request request, MessageHandler handler) {
    int number = sendOne(request);
    ByteBuffer in = buffers.receive();
    while (true) {
      int length = receive(request);
      for (int at = 0; isMessage(in, at, length); at = nextMessage(in, at)) {
        if (!isAnswer(in, at, number)) {
          continue;
        }
        if (typeAt(in, at) == Nlm.ERROR) {
          return ackAt(in, at);
        }
        handOver(in, at, handler);
      }
    }
  }

  /** Sends a request for all entries and gives each to the handler. */
  public DumpEnd dump(Request request, MessageHandler handler) {
    int number = sendOne(request);
    ByteBuffer in = buffers.receive();
    boolean consistent = true;
    while (true) {
      int length = receive(request);
      for (int at = 0; isMessage(in, at, length); at = nextMessage(in, at)) {
        if (!isAnswer(in, at, number)) {
          continue;
        }
        consistent &= (flagsAt(in, at) & Nlm.DUMP_INTR) == 0;
        switch (typeAt(in, at)) {
          case Nlm.DONE, Nlm.ERROR -> {
            return new DumpEnd(ackAt(in, at), consistent);
          }
          default -> handOver(in, at, handler);
        }
      }
    }
  }

  /** Sends a request for all entries and gives the bytes of each to the handler. */
  public DumpEnd dumpBytes(Request request, BytesHandler handler) {
    int number = sendOne(request);
    ByteBuffer in = buffers.receive();
    byte[] chunk = new byte[in.capacity()];
    boolean consistent = true;
    while (true) {
      int length = receive(request);
      if (!isMessage(in, 0, length) || !isAnswer(in, 0, number)) {
        continue; // what lies in one datagram answers one request
      }
      in.get(0, chunk, 0, length);
      int size;
      for (int at = 0; length - at >= Nlm.HEADER_BYTES; at += Nlm.align(size)) {
        size = NativeBytes.i32(chunk, at);
        if (size < Nlm.HEADER_BYTES || size > length - at) {
          break;
        }
        consistent &= (NativeBytes.u16(chunk, at + 6) & Nlm.DUMP_INTR) == 0;
        int type = NativeBytes.u16(chunk, at + 4);
        if (type == Nlm.DONE || type == Nlm.ERROR) {
          return new DumpEnd(ackAt(in, at), consistent);
        }
        handler.message(chunk, at, at + size);
      }
    }
  }

  /**
   * Gives all news that are queued to the handler, without waiting.
   *
   * @return false when some were lost: the receive buffer was full
   */
  public boolean drain(MessageHandler handler) {
    ByteBuffer in = buffers.receive();
    boolean complete = true;
    while (true) {
      int length = Libc.receive(fd, in.clear(), Libc.MSG_DONTWAIT | Libc.MSG_TRUNC);
      if (length == -Errno.EAGAIN) {
        return complete;
      }
      if (length == -Errno.ENOBUFS || length > in.capacity()) {
        complete = false;
        continue;
      }
      if (length < 0) {
        throw new KernelException("receive netlink events", -length);
      }
      for (int at = 0; isMessage(in, at, length); at = nextMessage(in, at)) {
        handOver(in, at, handler);
      }
    }
  }

  /** For {@code poll}; open as long as this is. */
  Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (pipeline != null) {
        pipeline.end();
      }
      fd.close();
      buffers.giveBack();
    }
  }

  /** Few sockets ever send a block. */
  private BlockPipeline pipeline() {
    BlockPipeline known = pipeline;
    if (known == null) {
      known = new BlockPipeline(fd, port);
      pipeline = known;
    }
    return known;
  }

  /** Whoever asks something gets the answer to that, not those to blocks. */
  private void settle() {
    if (pipeline != null) {
      pipeline.awaitAll();
    }
  }

  private int sendOne(Request request) {
    settle();
    ByteBuffer out = buffers.send().clear();
    int number = sequence++;
    writer.request(request, number);
    Libc.send(fd, out.flip());
    return number;
  }

  private void collect(List<? extends Request> requests, Ack[] acks, int from, int to, int base) {
    ByteBuffer in = buffers.receive();
    int missing = to - from;
    while (missing > 0) {
      int length = receive(requests.get(from));
      for (int at = 0; isMessage(in, at, length); at = nextMessage(in, at)) {
        int offset = in.getInt(at + 8) - base;
        boolean ours = offset >= 0 && offset < to - from && in.getInt(at + 12) == port;
        if (ours && typeAt(in, at) == Nlm.ERROR) {
          acks[from + offset] = ackAt(in, at);
          missing--;
        }
      }
    }
  }

  private int receive(Request request) {
    ByteBuffer in = buffers.receive();
    int length = Libc.receive(fd, in.clear(), Libc.MSG_TRUNC);
    if (length < 0) {
      throw new KernelException("answer to " + request, -length);
    }
    if (length > in.capacity()) {
      throw new KernelException("answer of " + length + " bytes to " + request, Errno.EMSGSIZE);
    }
    return length;
  }

  private static boolean isMessage(ByteBuffer in, int at, int length) {
    return length - at >= Nlm.HEADER_BYTES
        && in.getInt(at) >= Nlm.HEADER_BYTES
        && in.getInt(at) <= length - at;
  }

  private static int nextMessage(ByteBuffer in, int at) {
    return at + Nlm.align(in.getInt(at));
  }

  private static int typeAt(ByteBuffer in, int at) {
    return in.getShort(at + 4) & 0xffff;
  }

  private static int flagsAt(ByteBuffer in, int at) {
    return in.getShort(at + 6) & 0xffff;
  }

  private boolean isAnswer(ByteBuffer in, int at, int number) {
    return in.getInt(at + 8) == number && in.getInt(at + 12) == port;
  }

  private void handOver(ByteBuffer in, int at, MessageHandler handler) {
    int by = in.getInt(at + 12);
    cursor.over(in, at + Nlm.HEADER_BYTES, at + in.getInt(at));
    handler.message(typeAt(in, at), by, cursor);
  }

  private Ack ackAt(ByteBuffer in, int at) {
    cursor.over(in, at + Nlm.HEADER_BYTES, at + in.getInt(at));
    return AckBytes.read(cursor, typeAt(in, at), flagsAt(in, at));
  }
}
