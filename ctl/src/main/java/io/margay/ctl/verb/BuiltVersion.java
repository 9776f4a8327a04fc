package io.margay.ctl.verb;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class BuiltVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(BuiltVersion.class.getPackage().getImplementationVersion())
            .orElse("(not from a jar: no version)");
    return new String[] {"margayctl " + version};
  }
}
