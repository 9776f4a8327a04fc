package io.margay.interop;

import io.margay.agent.bgpd.Main;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The speaker without Kubernetes, as a process on the wire's near end, with a file of the test's.
 */
final class Bgpd implements AutoCloseable {
  private final Wire wire;
  private final Path config;
  private final Path log;
  private Child child;

  Bgpd(Wire wire, Path folder, String text) throws IOException {
    this.wire = wire;
    this.config = folder.resolve("bgpd.yaml");
    this.log = folder.resolve("bgpd.log");
    Files.writeString(config, text);
    this.child = start();
  }

  private Child start() {
    return wire.start(
        Wire.End.HERE,
        log,
        "env",
        "--default-signal=HUP", // the tests may run under nohup
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-ea",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "--config",
        config.toString());
  }

  /** Another text in its file, and SIGHUP. */
  void reload(String text) throws IOException {
    Files.writeString(config, text);
    wire.run(Wire.End.HERE, "kill", "-HUP", Long.toString(child.pid()));
  }

  /** kill -9, then a new process with the same file. */
  void killAndReplace() {
    Wire.kill(child);
    child = start();
  }

  /** SIGTERM, and waits for the end. */
  void stop() throws InterruptedException {
    child.terminate();
    if (!child.awaitEnd(Duration.ofSeconds(30))) {
      throw new AssertionError("bgpd does not end at SIGTERM; see " + log);
    }
  }

  int exitCode() {
    return child.exit().join();
  }

  boolean isAlive() {
    return child.isAlive();
  }

  /** How many lines of its log have this in them. */
  long told(String what) throws IOException {
    return log().lines().filter(line -> line.contains(what)).count();
  }

  String log() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  @Override
  public void close() {
    Wire.kill(child);
  }
}
