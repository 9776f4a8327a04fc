package io.margay.cluster;

/** Where somebody who waits is told how it goes, a line at a time. */
public interface Progress {
  void say(String line);
}
