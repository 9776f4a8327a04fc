#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char DIRECTORY[] = "/var/lib/calico/cni-del-queue";

static bool failed(char *why, const char *what) {
  snprintf(why, TEXT, "%s: %s", what, strerror(errno));
  return false;
}

/* Ids and interface names become part of a file's name: nothing that could leave the directory. */
static bool plain(const char *text) {
  if (text == NULL || *text == 0 || *text == '.' || strlen(text) > 128) return false;
  for (; *text != 0; text++)
    if (strchr("/@", *text) != NULL || *text < '!' || *text > '~') return false;
  return true;
}

static bool write_durably(int directory, const char *name, const struct bytes *call) {
  int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  size_t done = 0;
  while (done < call->size) {
    ssize_t some = write(fd, call->data + done, call->size - done);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) break;
    done += (size_t)some;
  }
  bool durable = done == call->size && fsync(fd) == 0;
  int error = errno;
  close(fd);
  errno = error;
  return durable;
}

bool names_are_plain(void) { return plain(getenv("CNI_CONTAINERID")) && plain(getenv("CNI_IFNAME")); }

bool queue_del(const char *program, const struct bytes *call, char *why) {
  const char *directory = getenv("MARGAY_CNI_QUEUE");
  if (directory == NULL || *directory == 0) directory = DIRECTORY;
  char name[TEXT];
  char hidden[TEXT + 32];
  snprintf(name, sizeof name, "%s@%s@%s", program, getenv("CNI_CONTAINERID"), getenv("CNI_IFNAME"));
  snprintf(hidden, sizeof hidden, ".%d.%s", (int)getpid(), name);

  if (mkdir(directory, 0700) != 0 && errno != EEXIST) return failed(why, directory);
  int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (at < 0) return failed(why, directory);
  bool done = write_durably(at, hidden, call) && renameat(at, hidden, at, name) == 0 && fsync(at) == 0;
  if (!done) {
    failed(why, directory);
    unlinkat(at, hidden, 0);
  }
  close(at);
  return done;
}
