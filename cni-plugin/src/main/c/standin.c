#include "shim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What calicoctl node status looks for among the processes before it asks the sockets. */
static const char *const NAMES[] = {"calico-felix", "bird", "bird6"};
enum { NAME_COUNT = sizeof NAMES / sizeof NAMES[0] };

bool is_stand_in(const char *name) {
  for (size_t i = 0; i < NAME_COUNT; i++)
    if (strcmp(name, NAMES[i]) == 0) return true;
  return false;
}

int become_stand_in(const char *name) {
  if (!is_stand_in(name)) {
    fprintf(stderr, "calico-node: no stand-in is called %s; known are", name);
    for (size_t i = 0; i < NAME_COUNT; i++) fprintf(stderr, " %s", NAMES[i]);
    fprintf(stderr, "\n");
    return 2;
  }
  execl("/proc/self/exe", name, (char *)NULL);
  fprintf(stderr, "calico-node: cannot become %s: %s\n", name, strerror(errno));
  return 1;
}

int stand_in(const char *name) {
  prctl(PR_SET_NAME, name);  /* for ps and pgrep: it would be "exe" */
  char none[64];
  ssize_t got;
  do got = read(STDIN_FILENO, none, sizeof none);
  while (got > 0 || (got < 0 && errno == EINTR));
  return 0;
}
