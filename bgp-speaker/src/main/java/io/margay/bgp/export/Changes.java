package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.NlriList;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.intern.InternTable;
import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what a peer is told next: what shares family and attributes goes together. */
final class Changes {
  private final NlriList withdrawn = new NlriList();
  private final Map<Family, Int2ObjectLinkedOpenHashMap<NlriList>> announced =
      new EnumMap<>(Family.class);

  void withdraw(Prefix prefix, int path) {
    withdrawn.add(prefix, path);
  }

  /** The prefix has these attributes by now. */
  void announce(Prefix prefix, int path, int attributes) {
    announced
        .computeIfAbsent(prefix.family(), _ -> new Int2ObjectLinkedOpenHashMap<>())
        .computeIfAbsent(attributes, _ -> new NlriList())
        .add(prefix, path);
  }

  UpdateBatch batch(InternTable<Attributes> attributes, List<Family> endOfRib) {
    var announcements = new ArrayList<Announcement>();
    announced.forEach((family, byAttributes) -> {
      for (var entry : byAttributes.int2ObjectEntrySet()) {
        announcements.add(
            new Announcement(family, attributes.value(entry.getIntKey()), entry.getValue()));
      }
    });
    return new UpdateBatch(withdrawn.prefixes(), withdrawn.ids(), announcements, endOfRib);
  }
}
