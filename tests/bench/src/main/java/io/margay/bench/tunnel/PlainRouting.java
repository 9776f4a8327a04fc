package io.margay.bench.tunnel;

import java.util.Optional;

/** The kernel's routing alone: what all other modes cost something of. */
record PlainRouting() implements Mode {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Layer open() {
    return (here, there) -> {
      here.ip(
          "route add %s via %s dev %s src %s"
              .formatted(there.block(), there.address(), Node.CABLE, here.pod()));
      return Optional.empty();
    };
  }
}
