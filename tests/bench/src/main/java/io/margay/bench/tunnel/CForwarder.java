package io.margay.bench.tunnel;

import io.margay.bench.host.CProgram;
import io.margay.bench.host.Tenant;
import java.util.List;
import java.util.Optional;

/** IPIP by the plain C program. */
record CForwarder() implements Mode {
  static final int OVERHEAD = 20;

  @Override
  public String name() {
    return "c";
  }

  @Override
  public List<String> programs() {
    return List.of(CProgram.COMPILER);
  }

  @Override
  public Layer open() {
    CProgram program = CProgram.compile("ipipfwd", List.of("ipipfwd.c"));
    return new Layer() {
      @Override
      public Optional<Tenant> lay(Node here, Node there) throws InterruptedException {
        return Optional.of(start(program, here, there));
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  private static Tenant start(CProgram program, Node here, Node there) throws InterruptedException {
    Tenant forwarder =
        here.start(
            List.of(
                program.file().toString(),
                TunDevice.NAME,
                here.address().toString(),
                there.block() + "=" + there.address()),
            "ipipfwd.log");
    try {
      forwarder.awaitDevice(TunDevice.NAME);
      TunDevice.setUp(here, there, OVERHEAD);
      return forwarder;
    } catch (RuntimeException | InterruptedException e) {
      forwarder.close();
      throw e;
    }
  }
}
