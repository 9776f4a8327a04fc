package io.margay.bgp.export;

import java.util.ArrayDeque;

/**
 * What a group wrote and some member has yet to take: chunks by number, from {@link #first} to
 * before {@link #head}. Owns the chunks.
 */
final class GroupLog {
  private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
  private long first;
  private long bytes;

  /** Number of the first chunk that is there. */
  long first() {
    return first;
  }

  /** Number that the next chunk gets. */
  long head() {
    return first + chunks.size();
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  /** Bytes of all chunks. */
  long bytes() {
    return bytes;
  }

  void add(Chunk chunk) {
    chunks.add(chunk);
    bytes += chunk.bytes().readableBytes();
  }

  Chunk get(long number) {
    long at = first;
    for (Chunk chunk : chunks) {
      if (at++ == number) {
        return chunk;
      }
    }
    throw new IllegalStateException("no chunk " + number);
  }

  /** Gives back all chunks before this number. */
  void dropBefore(long number) {
    while (first < number && !chunks.isEmpty()) {
      Chunk chunk = chunks.remove();
      first++;
      bytes -= chunk.bytes().readableBytes();
      chunk.bytes().release();
    }
  }
}
