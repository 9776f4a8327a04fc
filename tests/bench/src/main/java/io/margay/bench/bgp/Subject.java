package io.margay.bench.bgp;

import java.nio.file.Path;
import java.util.List;

/** A speaker that is measured: how its file is written and how it is started. */
interface Subject {
  String name();

  /** The programs that it needs on this machine. */
  List<String> programs();

  /** Its configuration: a reflector whose clients are the load's sessions. */
  String config(Plan plan);

  /**
   * Its command.
   *
   * @param folder its own, for sockets and pid files
   * @param config the file with its configuration
   */
  List<String> argv(Path folder, Path config);

  /** Whether it says End-of-RIB to those who want to hear it. */
  default boolean saysEndOfRib() {
    return true;
  }
}
