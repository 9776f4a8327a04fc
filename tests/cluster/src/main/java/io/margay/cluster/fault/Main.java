package io.margay.cluster.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A {@link FaultProxy} for a network namespace where the caller is not: {@code PKI SERVER PORT}. It
 * is told what to do by lines, which it answers by {@code ok} and the number of requests that it
 * has read, and ends with its input.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var proxy =
        FaultProxy.start(
            Path.of(arguments[0]), URI.create(arguments[1]), Integer.parseInt(arguments[2]))) {
      System.out.println("ok 0");
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        obey(proxy, List.of(line.split(" ")));
        System.out.println("ok " + proxy.requests().size());
      }
    }
  }

  private static void obey(FaultProxy proxy, List<String> words) {
    switch (words.getFirst()) {
      case "none" -> proxy.set(new Fault.None());
      case "silent" -> proxy.set(new Fault.Silent());
      case "slow" -> proxy.set(new Fault.Slow(Integer.parseInt(words.get(1))));
      case "refuse" -> proxy.set(refusal(words));
      case "cut" -> proxy.cut();
      default -> throw new IllegalArgumentException("no verb: " + words);
    }
  }

  /** {@code refuse STATUS [SECONDS]}. */
  private static Fault refusal(List<String> words) {
    Optional<Duration> pause =
        words.size() > 2
            ? Optional.of(Duration.ofSeconds(Long.parseLong(words.get(2))))
            : Optional.empty();
    return new Fault.Refusal(Integer.parseInt(words.get(1)), pause, 1);
  }
}
