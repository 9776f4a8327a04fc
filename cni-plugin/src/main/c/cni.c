#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char SOCKET[] = "/var/run/calico/cni.sock";
static const char LOOK[] =
    "Look at the agent of this node: kubectl -n kube-system get pods -l k8s-app=calico-node -o wide,"
    " and its log";

enum {
  INPUT_MS = 10 * 1000,
  RETRY_MS = 50
};

/* A number of milliseconds from the environment; tests shorten the waits by it. */
static int64_t limit(const char *name, int64_t fallback) {
  const char *text = getenv(name);
  if (text == NULL || *text == 0) return fallback;
  char *end;
  long long value = strtoll(text, &end, 10);
  return *end == 0 && value >= 0 && value < 3600000 ? value : fallback;
}

static void append_json(struct bytes *to, const char *text) {
  append(to, "\"", 1);
  for (; *text != 0; text++) {
    if (*text == '"' || *text == '\\') append(to, "\\", 1);
    append(to, *text >= ' ' && *text <= '~' ? text : "?", 1);
  }
  append(to, "\"", 1);
}

/* Prints a CNI error in the configuration's version. */
static int fail(const struct bytes *input, int code, const char *msg, const char *details) {
  char version[16];
  if (!scan_key(input, "cniVersion", version, sizeof version)
      || version[strspn(version, "0123456789.")] != 0 || version[0] == 0)
    strcpy(version, "0.2.0");
  char number[32];
  snprintf(number, sizeof number, ",\"code\":%d,\"msg\":", code);
  struct bytes json = {0};
  append_text(&json, "{\"cniVersion\":");
  append_json(&json, version);
  append_text(&json, number);
  append_json(&json, msg);
  append_text(&json, ",\"details\":");
  append_json(&json, details);
  append_text(&json, "}\n");
  print(json.data, json.size);
  release(&json);
  return 1;
}

static int version(void) {
  static const char text[] =
      "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":"
      "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n";
  print(text, sizeof text - 1);
  return 0;
}

static bool read_input(struct bytes *input, char *why) {
  int64_t deadline = now_ms() + INPUT_MS;
  char part[4096];
  for (;;) {
    if (!wait_for(STDIN_FILENO, POLLIN, deadline)) {
      snprintf(why, TEXT, "standard input has no end after %d s", INPUT_MS / 1000);
      return false;
    }
    ssize_t got = read(STDIN_FILENO, part, sizeof part);
    if (got == 0) return true;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      snprintf(why, TEXT, "standard input: %s", strerror(errno));
      return false;
    }
    if (input->size + (size_t)got > MAX_INPUT) {
      snprintf(why, TEXT, "standard input is longer than %d bytes", MAX_INPUT);
      return false;
    }
    append(input, part, (size_t)got);
  }
}

/* Connects, waiting for an agent that is not there (yet) or has its hands full. */
static int connect_within(const char *path, int64_t absent_ms, int64_t busy_ms, struct answer *answer) {
  int64_t start = now_ms();
  for (;;) {
    int fd = connect_agent(path, answer);
    if (fd >= 0) return fd;
    int64_t wait = answer->outcome == ABSENT ? absent_ms : answer->outcome == BUSY ? busy_ms : 0;
    if (now_ms() - start >= wait) return -1;
    pause_ms(RETRY_MS);
  }
}

/*
 * A DEL that found no agent: kept in the queue, which the agent works off at its start. An agent
 * that started just now may have looked before the file was there, but then it listens by now: ask
 * once more. Whatever it answers, the file is the agent's: it may have kept this call under the
 * same name.
 */
static void keep_del(const char *program, const char *path, const struct bytes *call,
    int64_t deadline, struct answer *answer) {
  char why[TEXT] = "";
  if (!queue_del(program, call, why)) {
    answer->outcome = BROKEN;
    snprintf(answer->why, sizeof answer->why, "there is no agent, and the DEL cannot be kept: %.*s",
        TEXT - 64, why);
    return;
  }
  release(&answer->text);
  int fd = connect_agent(path, answer);
  if (fd >= 0) exchange(fd, call, deadline, answer);
  release(&answer->text);
  answer->outcome = ANSWERED;
  answer->exit_code = 0;
}

static int finish(const struct bytes *input, const char *command, struct answer *answer) {
  char details[2 * TEXT];
  snprintf(details, sizeof details, "%s. %s", answer->why, LOOK);
  switch (answer->outcome) {
    case ANSWERED:
      print(answer->text.data, answer->text.size);
      return answer->exit_code;
    case BROKEN:
      return fail(input, CNI_IO, "the call cannot be handed to the Margay agent", answer->why);
    case ABSENT:
      if (strcmp(command, "STATUS") == 0)
        return fail(input, CNI_NOT_AVAILABLE, "the Margay agent is not running", details);
      return fail(input, CNI_TRY_AGAIN, "the Margay agent is not running", details);
    case BUSY:
    case LOST:
    case LATE:
      break;
  }
  return fail(input, CNI_TRY_AGAIN, "the Margay agent did not answer", details);
}

static int relay(const char *program, const char *command, const struct bytes *input) {
  char path[TEXT];
  const char *given = getenv("MARGAY_CNI_SOCKET");
  if (given != NULL && *given != 0) snprintf(path, sizeof path, "%s", given);
  else if (!scan_key(input, "margay_socket", path, sizeof path)) strcpy(path, SOCKET);

  /* Half a minute is a restart of the agent; the answer's limit is above the agent's own. */
  int64_t patience = limit("MARGAY_CNI_WAIT_MS", 30 * 1000);
  int64_t deadline = now_ms() + patience + limit("MARGAY_CNI_ANSWER_MS", 110 * 1000);
  bool add = strcmp(command, "ADD") == 0;
  bool del = strcmp(command, "DEL") == 0;

  struct bytes call = {0};
  compose(&call, program, NULL, input);
  struct answer answer = {0};
  int fd = connect_within(path, add ? patience : 0, patience, &answer);
  if (fd >= 0) exchange(fd, &call, deadline, &answer);
  int code;
  if (!del || (answer.outcome != ABSENT && answer.outcome != LOST)) {
    code = finish(input, command, &answer);
  } else if (!names_are_plain()) {
    code = fail(input, CNI_ENVIRONMENT, "CNI_CONTAINERID or CNI_IFNAME is missing or malformed",
        "expected letters, digits, '_', '.', '-'");
  } else {
    keep_del(program, path, &call, deadline, &answer);
    code = finish(input, command, &answer);
  }
  release(&answer.text);
  release(&call);
  return code;
}

int run_cni(const char *program) {
  struct bytes input = {0};
  const char *command = getenv("CNI_COMMAND");
  if (command == NULL || *command == 0)
    return fail(&input, CNI_ENVIRONMENT, "required env variables [CNI_COMMAND] missing",
        "this is a CNI plugin: a container runtime starts it; -v prints the version");
  if (strcmp(command, "VERSION") == 0) return version();
  char why[TEXT];
  int code = read_input(&input, why)
      ? relay(program, command, &input)
      : fail(&input, CNI_IO, "the network configuration cannot be read", why);
  release(&input);
  return code;
}
