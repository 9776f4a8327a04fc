package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Family;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.netns.Netns;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Legacy tables have no events: their size and number of entries are compared, one system call a
 * table. A change that keeps both, and one of our own, cannot be told from none and from others'.
 */
public final class LegacyTableWatch implements TableWatch {
  /** {@code IPT_SO_GET_INFO} and {@code IP6T_SO_GET_INFO}, {@code linux/netfilter/x_tables.h}. */
  private static final int GET_INFO = 64;

  private static final int SOL_IP = 0;
  private static final int SOL_IPV6 = 41;
  private static final int IPPROTO_RAW = 255;

  /** {@code struct ipt_getinfo}: a name of 32 bytes, 11 numbers, the entries, the size. */
  private static final int INFO_BYTES = 84;

  private static final int ENTRIES_AT = 76;
  private static final int SIZE_AT = 80;

  private record Info(int entries, int size) {}

  private final Fd fd;
  private final int level;
  private final List<String> tables;
  private final @Nullable Info[] last;
  private final ByteBuffer buffer = Libc.buffer(INFO_BYTES);

  private LegacyTableWatch(Fd fd, int level, List<String> tables) {
    this.fd = fd;
    this.level = level;
    this.tables = List.copyOf(tables);
    this.last = new Info[tables.size()];
  }

  /** Watches these tables in the calling thread's namespace. Asking for a table makes it. */
  public static LegacyTableWatch open(Family family, List<String> tables) {
    Fd fd = Libc.socket(family.addressFamily(), Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, IPPROTO_RAW);
    return new LegacyTableWatch(fd, family == Family.IPV4 ? SOL_IP : SOL_IPV6, tables);
  }

  /** Watches them in that namespace; the calling thread stays where it is. */
  public static LegacyTableWatch in(Netns namespace, Family family, List<String> tables) {
    return namespace.call(() -> open(family, tables));
  }

  @Override
  public boolean changed() {
    boolean changed = false;
    for (int i = 0; i < last.length; i++) {
      Info now = info(tables.get(i));
      changed |= !Objects.equals(now, last[i]);
      last[i] = now;
    }
    return changed;
  }

  private Info info(String table) {
    buffer.clear();
    for (int i = 0; i < INFO_BYTES; i++) {
      buffer.put(i, (byte) 0);
    }
    buffer.put(0, table.getBytes(StandardCharsets.US_ASCII));
    int errno = -Libc.option(fd, level, GET_INFO, buffer);
    if (errno == Errno.ENOENT) {
      return new Info(0, 0);
    }
    if (errno != 0) {
      throw new KernelException("size of table " + table, errno);
    }
    return new Info(buffer.getInt(ENTRIES_AT), buffer.getInt(SIZE_AT));
  }

  @Override
  public void close() {
    fd.close();
  }
}
