package io.margay.kernel.socket;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;

/**
 * Pieces of one memory that the kernel takes in order, as if they lay together ({@code struct
 * iovec}). Allocated once; owned by one thread.
 */
public final class Pieces {
  static final int RECORD = 16;

  private static final int LENGTH = 8;

  private final PacketMemory memory;
  private final int capacity;
  private final ByteBuffer records;
  private final long recordsAddress;
  private int count;

  /**
   * @param capacity how many at most; Linux takes 1024 in one call
   */
  public Pieces(PacketMemory memory, int capacity) {
    this.memory = memory;
    this.capacity = capacity;
    this.records = Libc.buffer(capacity * RECORD);
    this.recordsAddress = PacketLibc.address(records);
  }

  /** Forgets all. */
  public void clear() {
    count = 0;
  }

  /** One more behind the others. */
  public void add(int offset, int length) {
    records.putLong(count * RECORD, memory.address(offset, length));
    records.putLong(count * RECORD + LENGTH, length);
    count++;
  }

  public int count() {
    return count;
  }

  /** Where piece {@code i} begins. */
  int offset(int i) {
    return (int) (records.getLong(i * RECORD) - memory.address(0, 0));
  }

  /** Bytes of piece {@code i}. */
  int length(int i) {
    return (int) records.getLong(i * RECORD + LENGTH);
  }

  boolean hasRoom(int more) {
    return count + more <= capacity;
  }

  /** The record of piece {@code i} and those behind it. */
  long address(int i) {
    return recordsAddress + (long) i * RECORD;
  }

  /** Takes bytes off the front of a piece. */
  void skip(int i, int bytes) {
    int at = i * RECORD;
    records.putLong(at, records.getLong(at) + bytes);
    records.putLong(at + LENGTH, records.getLong(at + LENGTH) - bytes);
  }
}
