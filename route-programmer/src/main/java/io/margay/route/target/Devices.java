package io.margay.route.target;

import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkEntry;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.Optional;

/** Names and indexes of devices, read anew when one is asked for that is not known. */
final class Devices {
  static final int NONE = 0;

  /** Stands before the index of a device that is gone; in no name (net/core/dev.c). */
  private static final String GONE = "/";

  private final Rtnl rtnl;

  /** Told when a known name or index means another device than before. */
  private final Runnable otherwise;

  private final Object2IntOpenHashMap<String> indexes = new Object2IntOpenHashMap<>();
  private final Int2ObjectOpenHashMap<LinkEntry> links = new Int2ObjectOpenHashMap<>();

  Devices(Rtnl rtnl, Runnable otherwise) {
    this.rtnl = rtnl;
    this.otherwise = otherwise;
  }

  /** Reads all anew. */
  void refresh() {
    var before = new Object2IntOpenHashMap<>(indexes);
    indexes.clear();
    links.clear();
    rtnl.links().entries().forEach(this::put);
    before.object2IntEntrySet().removeIf(e -> indexes.getInt(e.getKey()) == e.getIntValue());
    if (!before.isEmpty()) {
      otherwise.run();
    }
  }

  /** The index of a name, or {@link #NONE}. */
  int index(String name) {
    if (name.startsWith(GONE)) {
      return Integer.parseInt(name.substring(GONE.length()));
    }
    int known = indexes.getInt(name);
    if (known == NONE) {
      rtnl.link(name).ifPresent(this::put);
      known = indexes.getInt(name);
    }
    return known;
  }

  /**
   * The name of an index. A multipath route keeps legs on a device that is gone: those get a name
   * that equals no other and leads back to the index.
   */
  String name(int index) {
    LinkEntry known = links.get(index);
    if (known == null) {
      refresh();
      known = links.get(index);
    }
    return known == null ? GONE + index : known.name();
  }

  /** A device that the kernel tells of; gives back what it was before. */
  Optional<LinkEntry> put(LinkEntry link) {
    LinkEntry before = links.put(link.index(), link);
    boolean renamed = before != null && !before.name().equals(link.name());
    if (before != null && renamed) {
      indexes.remove(before.name(), before.index());
    }
    int known = indexes.put(link.name(), link.index());
    if (renamed || (known != NONE && known != link.index())) {
      otherwise.run();
    }
    return Optional.ofNullable(before);
  }

  /** A device that is gone; its name may belong to another one by now. */
  void remove(LinkEntry link) {
    links.remove(link.index());
    indexes.remove(link.name(), link.index());
    otherwise.run();
  }
}
