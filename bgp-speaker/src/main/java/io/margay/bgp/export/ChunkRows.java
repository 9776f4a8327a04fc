package io.margay.bgp.export;

import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.longs.LongList;

/**
 * What a chunk says of one family: of which rows, and for whom paths come and go there where
 * several are told.
 *
 * @param rows of which something is said
 * @param turned of a path that is for others than before, its row; a row may be there again
 * @param ids its path identifier
 * @param before whom it was not for; see {@link Audience#exceptions}
 * @param after whom it is not for now
 */
record ChunkRows(IntList rows, IntList turned, IntList ids, LongList before, LongList after) {
  /** A member does not hear of it that followed the log so far. */
  void missed(int member, Backlog backlog) {
    for (int i = 0; i < rows.size(); i++) {
      backlog.add(rows.getInt(i));
    }
    turn(member, backlog);
  }

  /** Paths come and go for a member that does not hear of it: its rows are behind. */
  void turn(int member, Backlog backlog) {
    for (int i = 0; i < turned.size(); i++) {
      boolean is = Audience.isFor(after.getLong(i), member);
      if (is != Audience.isFor(before.getLong(i), member)) {
        backlog.turned(turned.getInt(i), ids.getInt(i), is);
      }
    }
  }
}
