package io.margay.cni.verb;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was measured. */
public final class KeptMeter implements CniMeter {
  public final List<AddStage> stages = new CopyOnWriteArrayList<>();
  public final List<String> finished = new CopyOnWriteArrayList<>();

  @Override
  public void stage(AddStage stage, Duration took) {
    stages.add(stage);
  }

  @Override
  public void finished(String command, int errorCode, Duration took) {
    finished.add(command + " " + errorCode);
  }

  @Override
  public void queued(int waiting) {}
}
