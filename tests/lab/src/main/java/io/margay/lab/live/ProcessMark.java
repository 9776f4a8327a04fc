package io.margay.lab.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process that cannot be mistaken for another one that got its number later.
 *
 * @param startTicks field 22 of /proc/PID/stat: ticks since boot at which it was started
 */
public record ProcessMark(long pid, long startTicks) {
  /** The process of this number, when it runs. */
  public static Optional<ProcessMark> of(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The program's name, field 2, is in parentheses and may hold blanks.
      List<String> fields =
          List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1));
      boolean zombie = fields.getFirst().equals("Z");
      return zombie
          ? Optional.empty()
          : Optional.of(new ProcessMark(pid, Long.parseLong(fields.get(22 - 3))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** kill -9, when it is still the same one. */
  public void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
