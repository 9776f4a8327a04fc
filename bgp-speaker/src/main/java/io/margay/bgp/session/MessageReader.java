package io.margay.bgp.session;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Framing;
import io.margay.bgp.wire.MalformedMessage;
import io.margay.bgp.wire.MessageDecoder;
import io.margay.bgp.wire.RunDecoder;
import io.margay.bgp.wire.UpdateRun;
import io.margay.bgp.wire.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream into messages and reads them; UPDATEs that follow each other become one run. Behind
 * the first malformed one nothing is read. Used by the connection's thread.
 */
final class MessageReader {
  private static final byte[] NOTHING = new byte[0];

  /** Prefixes behind which a run does not go on: runs are kept as large as they were once. */
  private static final int LONG_RUN = 4096;

  /**
   * Where what was read lies while it is looked at: a read's bytes behind an unfinished message.
   */
  private static final FastThreadLocal<byte[]> WORK =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[1 << 16];
        }
      };

  private final RunPool pool;
  private WireFormat format = WireFormat.NONE;
  private RunDecoder updates = new RunDecoder(WireFormat.NONE);
  private boolean broken;

  /** The beginning of a message of which the rest is not here yet. */
  private byte[] unfinished = NOTHING;

  private List<BgpMessage> messages = new ArrayList<>();

  MessageReader(RunPool pool) {
    this.pool = pool;
  }

  /** How UPDATEs are read from now on. */
  void agree(WireFormat agreed) {
    format = agreed;
    updates = new RunDecoder(agreed);
  }

  /** Reads what came; whole messages of it wait for {@link #take}. */
  void read(ByteBuf in) {
    int more = in.readableBytes();
    int length = unfinished.length + more;
    byte[] work = WORK.get();
    if (work.length < length) {
      work = new byte[Math.max(length, 2 * work.length)];
      WORK.set(work);
    }
    System.arraycopy(unfinished, 0, work, 0, unfinished.length);
    in.readBytes(work, unfinished.length, more);
    int read = broken ? length : read(work, length);
    unfinished = read == length ? NOTHING : Arrays.copyOfRange(work, read, length);
  }

  /** The messages that were read, which are the caller's from now on. */
  List<BgpMessage> take() {
    List<BgpMessage> taken = messages;
    messages = new ArrayList<>();
    return taken;
  }

  /** Messages were worked off, and their runs can be filled again; by any thread. */
  void recycle(List<BgpMessage> done) {
    for (BgpMessage message : done) {
      if (message instanceof UpdateRun run) {
        pool.give(run);
      }
    }
  }

  /** True when {@link #take} has something. */
  boolean hasMessages() {
    return !messages.isEmpty();
  }

  private int read(byte[] bytes, int end) {
    int at = 0;
    while (!broken) {
      at = readUpdates(bytes, at, end);
      if (broken) {
        break;
      }
      ByteBuf rest = Unpooled.wrappedBuffer(bytes, at, end - at);
      int length = Framing.length(rest, format.maxLength());
      if (length == Framing.BAD) {
        end(new MalformedMessage(Framing.headerFault(rest)));
      } else if (length == Framing.INCOMPLETE || length > rest.readableBytes()) {
        return at;
      } else {
        BgpMessage message = MessageDecoder.decode(rest, length, format);
        at += length;
        if (message instanceof MalformedMessage malformed) {
          end(malformed);
        } else {
          messages.add(message);
        }
      }
    }
    return end;
  }

  /** Reads UPDATEs as far as they follow each other, and gives back where they end. */
  private int readUpdates(byte[] bytes, int from, int end) {
    if (end - from < BgpMessage.HEADER || bytes[from + 18] != BgpMessage.TYPE_UPDATE) {
      return from;
    }
    boolean goesOn =
        !messages.isEmpty() && messages.getLast() instanceof UpdateRun last && hasRoom(last);
    UpdateRun run = goesOn ? (UpdateRun) messages.getLast() : pool.take();
    int at = updates.read(bytes, from, end, run);
    if (!goesOn && run.count() > 0) {
      messages.add(run);
    } else if (!goesOn) {
      pool.give(run);
    }
    updates.malformed().ifPresent(this::end);
    return at;
  }

  private static boolean hasRoom(UpdateRun run) {
    return run.announced() + run.withdrawn() < LONG_RUN;
  }

  private void end(MalformedMessage malformed) {
    messages.add(malformed);
    broken = true;
  }
}
