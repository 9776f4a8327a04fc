/*
 * The CNI plugin that kubelet's runtime starts: relays a call to the agent's unix socket and exits
 * with its answer. One binary, by argv[0]: calico, calico-ipam, calico-node (the pod's probes), and the names of stand-ins.
 *
 * A call is u32 length (big-endian), then texts that end in a zero byte: the program's name,
 * KEY=VALUE for each variable, an empty text; then standard input as it came. The answer is u32
 * length, one byte exit code, text for standard output. io.margay.cni.server.Frame is the other end.
 */
#ifndef MARGAY_SHIM_H
#define MARGAY_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CNI's error codes, as far as the shim answers by itself. */
enum {
  CNI_ENVIRONMENT = 4,
  CNI_IO = 5,
  CNI_TRY_AGAIN = 11,
  CNI_NOT_AVAILABLE = 50
};

enum {
  MAX_INPUT = 1 << 20,  /* a network configuration is a few KiB, a long GC list some hundred */
  MAX_ANSWER = 1 << 20,
  TEXT = 512            /* error texts */
};

/* Bytes that grow; all zero is empty. */
struct bytes {
  char *data;
  size_t size;
  size_t room;
};

void append(struct bytes *to, const void *data, size_t size);
void append_text(struct bytes *to, const char *text);
void release(struct bytes *bytes);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t now_ms(void);
/* Waits for an event of the descriptor; false when the deadline has passed. */
bool wait_for(int fd, short events, int64_t deadline);
void pause_ms(int64_t milliseconds);
/* Writes all to standard output. */
void print(const char *data, size_t size);

/* What came of connecting or of a call. */
enum outcome {
  ANSWERED,  /* connected; or the answer is there */
  ABSENT,    /* nobody listens: no socket, or a dead one */
  BUSY,      /* the agent's backlog is full */
  LOST,      /* the connection ended without an answer */
  LATE,      /* the time is over */
  BROKEN     /* anything else; the text says what */
};

/* The answer of the agent. */
struct answer {
  enum outcome outcome;
  int exit_code;
  struct bytes text;
  char why[TEXT];  /* unless ANSWERED */
};

/* Connects; a descriptor, or -1 with outcome and text. */
int connect_agent(const char *path, struct answer *answer);
/* Sends a call over a connection, which it closes, and reads the answer. */
void exchange(int fd, const struct bytes *call, int64_t deadline, struct answer *answer);
/* The program's name, each variable that starts with CNI_, an empty text, the input. */
void compose(struct bytes *call, const char *program, const char *extra, const struct bytes *input);

/* Whether CNI_CONTAINERID and CNI_IFNAME may name a file of the queue. */
bool names_are_plain(void);
/* Keeps a DEL with plain names for the agent's next start; false with a text when it cannot. */
bool queue_del(const char *program, const struct bytes *call, char *why);

/* Value of a key of type string in a JSON text, found without a parser: the first occurrence, none
 * with an escape in it. */
bool scan_key(const struct bytes *json, const char *key, char *value, size_t room);

/* calico and calico-ipam. */
int run_cni(const char *program);
/* calico-node. */
int run_node(int argc, char **argv);

/* Whether it is the name of a process that does nothing but have this name, for calicoctl. */
bool is_stand_in(const char *name);
/* Goes on as this program under that name; returns only with an exit code, when it cannot. */
int become_stand_in(const char *name);
/* Waits until standard input ends: its other end is the agent's, and goes however the agent ends. */
int stand_in(const char *name);

#endif
