package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import java.util.List;

/** The answer to a release. */
public sealed interface ReleaseResult {
  /** These are free now; none when all were free before. */
  record Released(List<Ip> ips) implements ReleaseResult {
    public Released {
      ips = List.copyOf(ips);
    }
  }

  /** No such handle, so nothing to release: it may have been released before. */
  record NoSuchHandle(String handle) implements ReleaseResult {}

  /** Not all could be released; asking again is safe. */
  record Failed(String reason) implements ReleaseResult {}
}
