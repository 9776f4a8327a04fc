#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* kubelet gives an exec probe ten seconds in Calico's manifest. */
enum { PROBE_MS = 9000 };

/* A check of calico-node, with Calico's text for its failure (node/pkg/health). */
struct check {
  const char *flag;
  const char *path;  /* of felix's HTTP server; NULL: the agent's socket is asked for the flag */
  const char *word;
  const char *text;
};

static const struct check CHECKS[] = {
    {"felix-live", "/liveness", "liveness", "calico/node is not ready: Felix is not live"},
    {"bird-live", NULL, NULL, "calico/node is not ready: bird/confd is not live"},
    {"bird6-live", NULL, NULL, "calico/node is not ready: bird6/confd is not live"},
    {"felix-ready", "/readiness", "readiness", "calico/node is not ready: felix is not ready"},
    {"bird-ready", NULL, NULL, "calico/node is not ready: BIRD is not ready"},
    {"bird6-ready", NULL, NULL, "calico/node is not ready: BIRD6 is not ready"},
    {"shutdown", NULL, NULL, "calico/node cannot be marked as shutting down"},
};
enum { CHECK_COUNT = sizeof CHECKS / sizeof CHECKS[0] };

static const char *setting(const char *name, const char *fallback) {
  const char *value = getenv(name);
  return value == NULL || *value == 0 ? fallback : value;
}

/* Connects by name; -1 with errno. */
static int dial(const char *host, const char *port, int64_t deadline) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  struct addrinfo *all;
  if (getaddrinfo(host, port, &hints, &all) != 0) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  int fd = -1;
  int error = EADDRNOTAVAIL;
  for (struct addrinfo *each = all; each != NULL && fd < 0; each = each->ai_next) {
    fd = socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue;
    socklen_t size = sizeof error;
    error = connect(fd, each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      error = ETIMEDOUT;
      if (wait_for(fd, POLLOUT, deadline)) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error != 0) {
      close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(all);
  errno = error;
  return fd;
}

/* The status of a GET; 0 with a text when there is none. */
static int get(const char *path, char *why) {
  const char *host = setting("FELIX_HEALTHHOST", "localhost");
  const char *port = setting("FELIX_HEALTHPORT", "9099");
  int64_t deadline = now_ms() + PROBE_MS;
  int fd = dial(host, port, deadline);
  if (fd < 0) {
    snprintf(why, TEXT, "Get \"http://%s:%s%s\": dial tcp: connect: %s", host, port, path, strerror(errno));
    return 0;
  }
  char buffer[TEXT];
  int length = snprintf(buffer, sizeof buffer,
      "GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n", path, host, port);
  size_t got = 0;
  /* A request of some bytes fits a fresh socket's buffer; a status line comes in one piece or two. */
  if (length < (int)sizeof buffer && send(fd, buffer, (size_t)length, MSG_NOSIGNAL) == length) {
    while (got < 12 && wait_for(fd, POLLIN, deadline)) {
      ssize_t some = recv(fd, buffer + got, sizeof buffer - 1 - got, 0);
      if (some <= 0) break;
      got += (size_t)some;
    }
  }
  close(fd);
  buffer[got] = 0;
  int status = 0;
  if (got < 12 || sscanf(buffer, "HTTP/1.%*1d %3d", &status) != 1)
    snprintf(why, TEXT, "Get \"http://%s:%s%s\": no answer", host, port, path);
  return status;
}

static bool ask_felix(const struct check *check, char *why) {
  int status = get(check->path, why);
  if (status >= 200 && status < 400) return true;
  if (status != 0) snprintf(why, TEXT, "%s probe reporting %d", check->word, status);
  return false;
}

static bool ask_agent(const struct check *check, char *why) {
  struct bytes call = {0};
  struct answer answer = {0};
  char asked[64];
  snprintf(asked, sizeof asked, "ASK=%s", check->flag);
  compose(&call, "calico-node", asked, NULL);
  int fd = connect_agent(setting("MARGAY_CNI_SOCKET", "/var/run/calico/cni.sock"), &answer);
  if (fd >= 0) exchange(fd, &call, now_ms() + PROBE_MS, &answer);
  bool good = answer.outcome == ANSWERED && answer.exit_code == 0;
  if (answer.outcome == ANSWERED)
    snprintf(why, TEXT, "%.*s", (int)answer.text.size, answer.text.size > 0 ? answer.text.data : "");
  else
    snprintf(why, TEXT, "%.*s", TEXT - 1, answer.why);
  release(&answer.text);
  release(&call);
  return good;
}

static int usage(const char *found) {
  fprintf(stderr, "calico-node: %s is not served here; known are -v", found);
  for (size_t i = 0; i < CHECK_COUNT; i++) fprintf(stderr, ", -%s", CHECKS[i].flag);
  fprintf(stderr, "\n");
  return 2;
}

int run_node(int argc, char **argv) {
  bool wanted[CHECK_COUNT] = {false};
  for (int i = 1; i < argc; i++) {
    const char *flag = argv[i] + strspn(argv[i], "-");
    size_t at = 0;
    while (at < CHECK_COUNT && strcmp(flag, CHECKS[at].flag) != 0) at++;
    if (at == CHECK_COUNT || flag == argv[i]) return usage(argv[i]);
    wanted[at] = true;
  }
  if (argc < 2) return usage("a call without flags");
  for (size_t i = 0; i < CHECK_COUNT; i++) {
    char why[TEXT] = "";
    if (wanted[i] && !(CHECKS[i].path != NULL ? ask_felix : ask_agent)(&CHECKS[i], why)) {
      printf("%s: %s\n", CHECKS[i].text, why);
      return 1;
    }
  }
  return 0;
}
