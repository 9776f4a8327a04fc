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
  if (argc == 1 && is_stand_in(argv[0])) return stand_in(argv[0]);
  if (argc == 3 && strcmp(argv[1], "-stand-in") == 0) return become_stand_in(argv[2]);
  if (argc == 2 && (strcmp(argv[1], "-v") == 0 || strcmp(argv[1], "--version") == 0)) {
    printf("%s\n", MARGAY_VERSION);
    return 0;
  }
  if (strcmp(program, "calico-node") == 0) return run_node(argc, argv);
  return run_cni(strcmp(program, "calico-ipam") == 0 ? "calico-ipam" : "calico");
}
