package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Family;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramException;
import io.margay.kernel.process.ProgramResult;
import io.margay.kernel.process.RestoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The programs of one back end for one family.
 *
 * @param launcher what stands before each program, {@code nsenter --net=PATH}; empty: they run in
 *     our own namespaces
 */
public record Xtables(Backend backend, Family family, List<String> launcher) {
  private static final Duration SAVE_LIMIT = Duration.ofSeconds(30);

  /** How long to wait for the xtables lock; while another has it, waiting is all there is to do. */
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(30);

  private static final Duration RESTORE_LIMIT = LOCK_LIMIT.plusSeconds(15);

  /** Where iptables keeps its rules. */
  public enum Backend {
    NFT("nft"),
    LEGACY("legacy");

    private final String word;

    Backend(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  public Xtables {
    launcher = List.copyOf(launcher);
  }

  /** The programs of a family in our own namespaces. */
  public static Xtables of(Backend backend, Family family) {
    return new Xtables(backend, family, List.of());
  }

  /**
   * All tables that there are, as text.
   *
   * @throws ProgramException when they cannot be read
   */
  public String save() {
    return run(List.of(program("save"))).orThrow().out();
  }

  /** A session for changing them. */
  public RestoreSession restore() {
    return new RestoreSession(
        Program.of(
            launched(
                List.of(
                    program("restore"),
                    "--noflush",
                    "--verbose",
                    "--wait",
                    Long.toString(LOCK_LIMIT.toSeconds())))),
        RESTORE_LIMIT);
  }

  /** Whether the kernel has this back end's tables; making them is part of the answer. */
  boolean works() {
    String name = family == Family.IPV4 ? "iptables-" : "ip6tables-";
    return run(List.of(name + backend, "-w", "5", "-t", "filter", "-S")).succeeded();
  }

  ProgramResult run(List<String> argv) {
    return Program.run(launched(argv), Optional.empty(), SAVE_LIMIT);
  }

  private String program(String verb) {
    return (family == Family.IPV4 ? "iptables-" : "ip6tables-") + backend + "-" + verb;
  }

  private List<String> launched(List<String> argv) {
    var all = new ArrayList<>(launcher);
    all.addAll(argv);
    return all;
  }
}
