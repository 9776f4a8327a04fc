#include "shim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

static int failed(struct answer *answer, enum outcome outcome, const char *what) {
  answer->outcome = outcome;
  snprintf(answer->why, sizeof answer->why, "%s: %s", what, strerror(errno));
  return -1;
}

int connect_agent(const char *path, struct answer *answer) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return failed(answer, BROKEN, path);
  }
  strcpy(address.sun_path, path);
  /* Non-blocking: a blocking connect would wait without limit for room in the backlog. */
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return failed(answer, BROKEN, "socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
    answer->outcome = ANSWERED;
    return fd;
  }
  int error = errno;
  close(fd);
  errno = error;
  if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR)
    return failed(answer, ABSENT, path);
  return failed(answer, error == EAGAIN ? BUSY : BROKEN, path);
}

static bool send_all(int fd, const char *data, size_t size, int64_t deadline, struct answer *answer) {
  while (size > 0) {
    ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent > 0) {
      data += sent;
      size -= (size_t)sent;
    } else if (errno == EAGAIN) {
      if (!wait_for(fd, POLLOUT, deadline)) return failed(answer, LATE, "sending the call"), false;
    } else if (errno != EINTR) {
      return failed(answer, LOST, "sending the call"), false;
    }
  }
  return true;
}

static bool receive_all(int fd, char *data, size_t size, int64_t deadline, struct answer *answer) {
  while (size > 0) {
    ssize_t got = recv(fd, data, size, 0);
    if (got > 0) {
      data += got;
      size -= (size_t)got;
    } else if (got == 0) {
      errno = ECONNRESET;
      return failed(answer, LOST, "the agent ended before it answered"), false;
    } else if (errno == EAGAIN) {
      errno = ETIMEDOUT;
      if (!wait_for(fd, POLLIN, deadline)) return failed(answer, LATE, "no answer"), false;
    } else if (errno != EINTR) {
      return failed(answer, LOST, "reading the answer"), false;
    }
  }
  return true;
}

static bool converse(int fd, const struct bytes *call, int64_t deadline, struct answer *answer) {
  uint32_t length = htonl((uint32_t)call->size);
  if (!send_all(fd, (const char *)&length, sizeof length, deadline, answer)
      || !send_all(fd, call->data, call->size, deadline, answer)
      || !receive_all(fd, (char *)&length, sizeof length, deadline, answer))
    return false;
  size_t size = ntohl(length);
  if (size < 1 || size > MAX_ANSWER) {
    errno = EPROTO;
    return failed(answer, BROKEN, "length of the answer"), false;
  }
  char exit_code;
  if (!receive_all(fd, &exit_code, 1, deadline, answer)) return false;
  char part[4096];
  for (size_t left = size - 1; left > 0;) {
    size_t some = left < sizeof part ? left : sizeof part;
    if (!receive_all(fd, part, some, deadline, answer)) return false;
    append(&answer->text, part, some);
    left -= some;
  }
  answer->exit_code = (unsigned char)exit_code;
  answer->outcome = ANSWERED;
  return true;
}

void exchange(int fd, const struct bytes *call, int64_t deadline, struct answer *answer) {
  converse(fd, call, deadline, answer);
  close(fd);
}

void compose(struct bytes *call, const char *program, const char *extra, const struct bytes *input) {
  append(call, program, strlen(program) + 1);
  if (extra != NULL) append(call, extra, strlen(extra) + 1);
  for (char **each = environ; *each != NULL; each++)
    if (strncmp(*each, "CNI_", 4) == 0) append(call, *each, strlen(*each) + 1);
  append(call, "", 1);
  if (input != NULL) append(call, input->data, input->size);
}
