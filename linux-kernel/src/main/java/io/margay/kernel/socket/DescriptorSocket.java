package io.margay.kernel.socket;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.Mmsghdr;
import io.margay.kernel.libc.PacketLibc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes open descriptors from another process ({@code SCM_RIGHTS} of unix(7)), as datagrams at a
 * path that is its owner's alone. What comes is the same open file under another number: what
 * either process reads is gone for the other, and the file is closed when both have closed it.
 */
public final class DescriptorSocket implements AutoCloseable {
  /** How many descriptors a message has at most. */
  public static final int MOST = 64;

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCKADDR_UN = 110;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int FLAGS = 48;
  private static final String OWNER_ONLY = "rw-------";

  /** {@code struct cmsghdr}: its length as a long, level, type. */
  private static final int CONTROL_HEADER = 16;

  private static final int LONGEST_TEXT = 256;

  private final Path path;
  private final Fd fd;

  private DescriptorSocket(Path path, Fd fd) {
    this.path = path;
    this.fd = fd;
  }

  /** What came in one message; the descriptors are the receiver's to close. */
  public record Received(String text, List<Fd> descriptors) implements AutoCloseable {
    public Received {
      descriptors = List.copyOf(descriptors);
    }

    @Override
    public void close() {
      descriptors.forEach(Fd::close);
    }
  }

  /** Waits at a path; a file that is there is replaced. */
  public static DescriptorSocket bound(Path path) {
    Path unborn = Path.of(path + ".new");
    Fd fd = Libc.socket(AF_UNIX, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    try {
      // Under another name first, so that nobody meets it with wider permissions.
      Files.deleteIfExists(unborn);
      Libc.bind(fd, address(unborn));
      Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString(OWNER_ONLY));
      Files.move(unborn, path, StandardCopyOption.ATOMIC_MOVE);
      return new DescriptorSocket(path, fd);
    } catch (IOException e) {
      fd.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Sends descriptors, which stay open here, to who waits at a path. Never waits.
   *
   * @param text of ASCII, at most 256 characters
   * @throws KernelException ECONNREFUSED or ENOENT when nobody waits there
   */
  public static void send(Path to, String text, List<Fd> descriptors) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > LONGEST_TEXT || descriptors.isEmpty() || descriptors.size() > MOST) {
      throw new IllegalArgumentException(descriptors.size() + " descriptors with " + text);
    }
    var message = new Message(address(to));
    message.text.put(0, bytes);
    int length = CONTROL_HEADER + descriptors.size() * Integer.BYTES;
    message.control.putLong(0, length).putInt(8, Libc.SOL_SOCKET).putInt(12, SCM_RIGHTS);
    for (int i = 0; i < descriptors.size(); i++) {
      message.control.putInt(CONTROL_HEADER + i * Integer.BYTES, descriptors.get(i).number());
    }
    message.describe(bytes.length, (length + Long.BYTES - 1) & -Long.BYTES);
    try (Fd fd = Libc.socket(AF_UNIX, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0)) {
      int sent = PacketLibc.sendMany(fd, message.address(), 1, Libc.MSG_DONTWAIT);
      if (sent < 0) {
        throw new KernelException("send descriptors to " + to, -sent);
      }
    }
  }

  /**
   * Takes the next message. Never waits.
   *
   * @throws KernelException EAGAIN when none has come, EMSGSIZE when it has more descriptors than
   *     {@link #MOST} or than this process may open
   */
  public Received receive() {
    var message = new Message(Libc.buffer(SOCKADDR_UN));
    message.describe(LONGEST_TEXT, message.control.capacity());
    int flags = Libc.MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
    int result = PacketLibc.receiveMany(fd, message.address(), 1, flags);
    if (result < 0) {
      throw new KernelException("receive descriptors at " + path, -result);
    }
    var received = new Received(message.read(), message.descriptors());
    if ((message.record.getInt(FLAGS) & MSG_CTRUNC) != 0) {
      received.close();
      throw new KernelException("receive descriptors at " + path, Errno.EMSGSIZE);
    }
    return received;
  }

  private static ByteBuffer address(Path path) {
    byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > SOCKADDR_UN - 3) {
      throw new IllegalArgumentException("too long for the path of a socket: " + path);
    }
    return Libc.buffer(bytes.length + 3).putShort(0, (short) AF_UNIX).put(2, bytes);
  }

  /** Takes its file away, too. */
  @Override
  public void close() {
    fd.close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One {@code mmsghdr} and what it points to. */
  private static final class Message {
    final ByteBuffer text = Libc.buffer(LONGEST_TEXT);
    final ByteBuffer control = Libc.buffer(CONTROL_HEADER + MOST * Integer.BYTES);
    final ByteBuffer record = Libc.buffer(Mmsghdr.BYTES);
    private final ByteBuffer name;
    private final ByteBuffer piece = Libc.buffer(Mmsghdr.IOVEC_BYTES);

    Message(ByteBuffer name) {
      this.name = name;
    }

    long address() {
      return PacketLibc.address(record);
    }

    void describe(int textLength, int controlLength) {
      piece.putLong(0, PacketLibc.address(text)).putLong(Long.BYTES, textLength);
      record.putLong(Mmsghdr.NAME, PacketLibc.address(name));
      record.putInt(Mmsghdr.NAMELEN, name.capacity());
      record.putLong(Mmsghdr.IOV, PacketLibc.address(piece)).putLong(Mmsghdr.IOVLEN, 1);
      record.putLong(Mmsghdr.CONTROL, PacketLibc.address(control));
      record.putLong(Mmsghdr.CONTROLLEN, controlLength);
    }

    String read() {
      var bytes = new byte[record.getInt(Mmsghdr.LEN)];
      text.get(0, bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }

    List<Fd> descriptors() {
      var found = new ArrayList<Fd>();
      boolean rights =
          record.getLong(Mmsghdr.CONTROLLEN) >= CONTROL_HEADER
              && control.getInt(8) == Libc.SOL_SOCKET
              && control.getInt(12) == SCM_RIGHTS;
      int end = rights ? (int) control.getLong(0) : 0;
      for (int at = CONTROL_HEADER; at < end; at += Integer.BYTES) {
        found.add(new Fd(control.getInt(at)));
      }
      return found;
    }
  }
}
