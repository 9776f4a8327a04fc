package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.intern.InternTable;

/**
 * The attribute sets that paths hold, each content once. Everything that is counted of paths, sets
 * here and routes at their peers, is counted in this class.
 */
final class PathAttributes {
  private final InternTable<Attributes> table = new InternTable<>();

  /** Id of this content, held for the caller until {@link #release}. */
  int hold(Attributes content) {
    return table.intern(content);
  }

  void release(int id) {
    table.release(id);
  }

  Attributes received(SimplePath path) {
    return table.value(path.received);
  }

  Attributes imported(SimplePath path) {
    return table.value(path.imported);
  }

  /** A new path gets its attributes. */
  void place(SimplePath path, int id) {
    table.retain(id);
    table.retain(id);
    path.received = id;
    path.imported = id;
  }

  /** A path was announced anew, with other attributes. */
  void replace(SimplePath path, int id) {
    table.retain(id);
    table.release(path.received);
    path.received = id;
  }

  /** What the import made of a path. */
  void imported(SimplePath path, Importer.Result result) {
    int id = table.intern(result.attributes());
    table.release(path.imported);
    path.imported = id;
    path.preference = result.preference();
    if (path.from != null) {
      path.from.judged(path.exclusion == null, result.exclusion() == null);
    }
    path.exclusion = result.exclusion();
  }

  /** A path is gone. */
  void drop(SimplePath path) {
    table.release(path.received);
    table.release(path.imported);
  }

  int size() {
    return table.size();
  }
}
