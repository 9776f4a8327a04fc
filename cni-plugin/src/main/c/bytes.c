#include "shim.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void append(struct bytes *to, const void *data, size_t size) {
  if (to->room - to->size < size) {
    size_t room = (to->size + size) * 2;
    char *grown = realloc(to->data, room);
    if (grown == NULL) {
      static const char text[] = "{\"cniVersion\":\"1.0.0\",\"code\":5,\"msg\":\"out of memory\"}\n";
      print(text, sizeof text - 1);
      _exit(1);
    }
    to->data = grown;
    to->room = room;
  }
  if (size > 0) {
    memcpy(to->data + to->size, data, size);
    to->size += size;
  }
}

void append_text(struct bytes *to, const char *text) { append(to, text, strlen(text)); }

void release(struct bytes *bytes) {
  free(bytes->data);
  *bytes = (struct bytes){0};
}

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool wait_for(int fd, short events, int64_t deadline) {
  struct pollfd poller = {.fd = fd, .events = events};
  for (;;) {
    int64_t left = deadline - now_ms();
    if (left <= 0) return false;
    int ready = poll(&poller, 1, (int)left);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

void pause_ms(int64_t milliseconds) { poll(NULL, 0, (int)milliseconds); }

void print(const char *data, size_t size) {
  while (size > 0) {
    ssize_t written = write(STDOUT_FILENO, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    data += written;
    size -= (size_t)written;
  }
}

bool scan_key(const struct bytes *json, const char *key, char *value, size_t room) {
  size_t length = strlen(key);
  const char *at = json->data;
  const char *end = json->data + json->size;
  for (; json->size > 0 && at + length + 2 <= end; at++) {
    if (*at != '"' || at[length + 1] != '"' || memcmp(at + 1, key, length) != 0) continue;
    const char *from = at + length + 2;
    while (from < end && strchr(" \t\r\n:", *from) != NULL && *from != 0) from++;
    if (from == end || *from++ != '"') return false;
    const char *to = from;
    while (to < end && *to != '"' && *to != '\\' && *to != 0) to++;
    if (to == end || *to != '"' || (size_t)(to - from) >= room) return false;
    memcpy(value, from, (size_t)(to - from));
    value[to - from] = 0;
    return true;
  }
  return false;
}
