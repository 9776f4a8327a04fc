package io.margay.lab;

import io.margay.lab.command.Command;
import java.util.List;

/** Entry point of {@code ./dev lab} and {@code ./dev demo}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(Command.run(List.of(arguments)));
  }
}
