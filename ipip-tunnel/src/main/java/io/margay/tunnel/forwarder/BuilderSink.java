package io.margay.tunnel.forwarder;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.wire.LookupTable;

/** Builds a table of lines as they are read: as a whole a large one would not fit into the heap. */
record BuilderSink(LookupTable.Builder builder) implements TableText.Sink {
  @Override
  public void local(Ip4 address) {
    builder.local(address);
  }

  @Override
  public void route(Prefix prefix, Ip4 node) {
    builder.route(prefix, node);
  }

  @Override
  public void source(Prefix prefix) {
    builder.source(prefix);
  }
}
