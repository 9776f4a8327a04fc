package io.margay.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files of a control plane are. */
record Layout(Path directory) {
  static Layout create(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Folders.createPrivate(directory);
    var layout = new Layout(directory);
    Files.createDirectories(layout.directory.resolve("log"));
    Files.createDirectories(layout.directory.resolve("pki"));
    return layout;
  }

  Path pki(String file) {
    return directory.resolve("pki").resolve(file);
  }

  Path kubeconfig(String who) {
    return directory.resolve(who + ".kubeconfig");
  }

  Path log(String program) {
    return directory.resolve("log").resolve(program + ".log");
  }

  Path audit() {
    return directory.resolve("log/audit.log");
  }

  /** In memory, inside of the shelter. */
  Path etcdData() {
    return directory.resolve("etcd/data");
  }

  Path auditPolicy() {
    return directory.resolve("audit-policy.yaml");
  }
}
