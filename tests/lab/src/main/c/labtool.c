/*
 * The lab's one native program: what holds a namespace, what stands in a pod instead of its
 * containers, and what asks such a pod from another one. A JVM for each would not fit.
 *
 *   labtool hold [COMMAND ARG...]     process 1 of a PID namespace: reaps, and ends with COMMAND
 *   labtool serve tcp:80 udp:53 ...   goes to the background once it listens on all of them and
 *                                     prints its pid; answers everybody with the address it sees
 *   labtool probe MILLIS              reads lines "tcp ADDRESS PORT", asks all of them at once and
 *                                     prints for each one the line with: ok SEEN | refused |
 *                                     unreachable | silent
 *   labtool flood MICROS udp:ADDRESS:PORT tcp:ADDRESS:PORT ...
 *                                     sends a datagram or a SYN to each, pauses, and so on until it
 *                                     is killed; where there is no way yet it tries all the time
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096

static void die(const char *what) {
  fprintf(stderr, "labtool: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* ---- hold ---- */

static volatile pid_t held;

static void pass_on(int signal) {
  if (held > 0) kill(held, signal);
  else _exit(0);
}

static void wake(int signal) { (void)signal; }

static int hold(char **command) {
  signal(SIGCHLD, wake); /* an orphan that ends during pause() must be seen */
  signal(SIGTERM, pass_on);
  signal(SIGINT, pass_on);
  if (command[0]) {
    held = fork();
    if (held < 0) die("fork");
    if (held == 0) {
      execvp(command[0], command);
      die(command[0]);
    }
  }
  for (;;) {
    int status;
    pid_t ended = waitpid(-1, &status, 0);
    if (ended > 0 && ended == held) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno == ECHILD) pause();
  }
}

/* ---- serve ---- */

/* "10.0.0.1" of a socket address; an IPv4 peer of an IPv6 socket shows as what it is. */
static const char *address_text(struct sockaddr_storage *from, socklen_t length) {
  static char text[NI_MAXHOST];
  if (getnameinfo((struct sockaddr *)from, length, text, sizeof text, NULL, 0, NI_NUMERICHOST)) return "?";
  return strncmp(text, "::ffff:", 7) ? text : text + 7;
}

static int listen_on(const char *spec) {
  int stream = strncmp(spec, "tcp:", 4) == 0, on = 1, off = 0;
  int family = AF_INET6, fd = socket(AF_INET6, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
  if (fd < 0) fd = socket(family = AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_storage any = {.ss_family = family};
  in_port_t port = htons(atoi(spec + 4));
  if (family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    ((struct sockaddr_in6 *)&any)->sin6_port = port;
  } else {
    ((struct sockaddr_in *)&any)->sin_port = port;
  }
  socklen_t length = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
  if (bind(fd, (struct sockaddr *)&any, length)) die(spec);
  if (stream && listen(fd, 256)) die(spec);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void answer(int fd, int stream) {
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  char line[NI_MAXHOST + 2], ignored[2048];
  if (stream) {
    int peer = accept(fd, (struct sockaddr *)&from, &length);
    if (peer < 0) return;
    snprintf(line, sizeof line, "%s\n", address_text(&from, length));
    if (write(peer, line, strlen(line)) < 0) { /* it has gone; nobody is left to tell */ }
    close(peer);
  } else if (recvfrom(fd, ignored, sizeof ignored, 0, (struct sockaddr *)&from, &length) >= 0) {
    snprintf(line, sizeof line, "%s\n", address_text(&from, length));
    sendto(fd, line, strlen(line), 0, (struct sockaddr *)&from, length);
  }
}

static int serve(int count, char **specs) {
  static struct pollfd doors[MOST];
  if (count > MOST) count = MOST;
  for (int i = 0; i < count; i++) doors[i] = (struct pollfd){.fd = listen_on(specs[i]), .events = POLLIN};
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child > 0) {
    printf("%d\n", (int)child);
    return 0;
  }
  setsid();
  signal(SIGPIPE, SIG_IGN);
  int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
  for (;;) {
    if (poll(doors, count, -1) < 0) continue;
    for (int i = 0; i < count; i++)
      if (doors[i].revents) answer(doors[i].fd, specs[i][0] == 't');
  }
}

/* ---- probe ---- */

struct question {
  char protocol[4], address[64], result[96];
  int port, open;
};

static struct question questions[MOST];
static struct pollfd waits[MOST];

static long now_millis(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void settle(int i, const char *result) {
  snprintf(questions[i].result, sizeof questions[i].result, "%s", result);
  questions[i].open = 0;
  close(waits[i].fd);
  waits[i].fd = -1;
}

static const char *failure(int error) {
  return error == ECONNREFUSED ? "refused" : error == ETIMEDOUT ? "silent" : "unreachable";
}

static int begin(int i) {
  struct question *q = &questions[i];
  struct addrinfo hints = {.ai_socktype = q->protocol[0] == 't' ? SOCK_STREAM : SOCK_DGRAM, .ai_flags = AI_NUMERICHOST};
  struct addrinfo *to;
  char port[8];
  snprintf(port, sizeof port, "%d", q->port);
  if (getaddrinfo(q->address, port, &hints, &to)) return -1;
  int fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  q->open = 1;
  waits[i] = (struct pollfd){.fd = fd, .events = POLLIN};
  if (connect(fd, to->ai_addr, to->ai_addrlen) && errno != EINPROGRESS) settle(i, failure(errno));
  else if (q->protocol[0] == 'u') send(fd, "?", 1, 0);
  freeaddrinfo(to);
  return 0;
}

static void hear(int i) {
  char line[64];
  ssize_t n = recv(waits[i].fd, line, sizeof line - 1, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n < 0) {
    settle(i, failure(errno));
    return;
  }
  line[n] = 0;
  line[strcspn(line, "\n")] = 0;
  char result[72];
  snprintf(result, sizeof result, "ok %s", line);
  settle(i, result);
}

static int probe(int millis) {
  int count = 0, left = 0;
  while (count < MOST && scanf("%3s %63s %d", questions[count].protocol, questions[count].address, &questions[count].port) == 3) {
    if (begin(count)) {
      fprintf(stderr, "labtool: not an address: %s\n", questions[count].address);
      return 2;
    }
    count++;
  }
  long start = now_millis(), again = start + millis / 4;
  do {
    long now = now_millis();
    if (now >= start + millis) break;
    if (now >= again) {  /* a lost datagram is not a verdict; TCP repeats by itself */
      for (int i = 0; i < count; i++)
        if (questions[i].open && questions[i].protocol[0] == 'u') send(waits[i].fd, "?", 1, 0);
      again += millis / 4;
    }
    long until = again < start + millis ? again : start + millis;
    if (poll(waits, count, (int)(until - now)) > 0)
      for (int i = 0; i < count; i++)
        if (questions[i].open && waits[i].revents) hear(i);
    left = 0;
    for (int i = 0; i < count; i++) left += questions[i].open;
  } while (left);
  for (int i = 0; i < count; i++) {
    struct question *q = &questions[i];
    printf("%s %s %d %s\n", q->protocol, q->address, q->port, q->open ? "silent" : q->result);
  }
  return 0;
}

/* ---- flood ---- */

/* IPv4 only: "udp:10.0.0.1:53". */
static struct sockaddr_in target(const char *spec) {
  struct sockaddr_in to = {.sin_family = AF_INET};
  char address[INET_ADDRSTRLEN];
  int port;
  if (sscanf(spec + 4, "%15[0-9.]:%d", address, &port) != 2 || inet_pton(AF_INET, address, &to.sin_addr) != 1) {
    fprintf(stderr, "labtool: not PROTOCOL:ADDRESS:PORT: %s\n", spec);
    exit(2);
  }
  to.sin_port = htons(port);
  return to;
}

/* A socket that is closed while it connects has sent its SYN and says no more. */
static int send_syn(const struct sockaddr_in *to) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  int sent = connect(fd, (const struct sockaddr *)to, sizeof *to) == 0 || errno == EINPROGRESS;
  close(fd);
  return sent;
}

static void flood(int micros, int count, char **specs) {
  static struct sockaddr_in targets[MOST];
  if (count > MOST) count = MOST;
  for (int i = 0; i < count; i++) targets[i] = target(specs[i]);
  int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
  if (datagrams < 0) die("socket");
  for (;;) {
    int sent = 0;
    for (int i = 0; i < count; i++)
      sent += specs[i][0] == 't'
          ? send_syn(&targets[i])
          : sendto(datagrams, "?", 1, MSG_DONTWAIT, (struct sockaddr *)&targets[i], sizeof targets[i]) > 0;
    usleep(sent ? micros : 50);
  }
}

int main(int argc, char **argv) {
  if (argc >= 2 && !strcmp(argv[1], "hold")) return hold(argv + 2);
  if (argc >= 2 && !strcmp(argv[1], "serve")) return serve(argc - 2, argv + 2);
  if (argc == 3 && !strcmp(argv[1], "probe")) return probe(atoi(argv[2]));
  if (argc >= 4 && !strcmp(argv[1], "flood")) flood(atoi(argv[2]), argc - 3, argv + 3);
  fprintf(stderr,
          "labtool hold [COMMAND ARG...] | serve tcp:PORT udp:PORT ... | probe MILLIS |"
          " flood MICROS tcp:ADDRESS:PORT ...\n");
  return 2;
}
