#include "shim.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#ifndef MARGAY_VERSION
#error "build.sh gives the version"
#endif

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
  const char *program = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "calico";
  if (argc == 2 && (strcmp(argv[1], "-v") == 0 || strcmp(argv[1], "--version") == 0)) {
    printf("%s\n", MARGAY_VERSION);
    return 0;
  }
  if (strcmp(program, "calico-node") == 0) return run_node(argc, argv);
  return run_cni(strcmp(program, "calico-ipam") == 0 ? "calico-ipam" : "calico");
}
