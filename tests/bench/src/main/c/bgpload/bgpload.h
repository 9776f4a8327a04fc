/* What the files of bgpload share; bgpload.c says what the program is. */
#ifndef BGPLOAD_H
#define BGPLOAD_H

#include <stddef.h>
#include <stdint.h>

enum {
	HEADER = 19,
	MESSAGE_MAX = 4096,
	OPEN = 1,
	UPDATE = 2,
	NOTIFICATION = 3,
	KEEPALIVE = 4,
	/* Whatever a receiver needs to know of a path is in the first AS number of it: BASE + generation * SENDERS + sender. */
	SENDERS = 1000,
	/* A session that is refused, or ends, is dialled again after so long. */
	REDIAL_MILLIS = 50,
};
static const uint32_t MARK_BASE = 4200000000u;
static const int64_t SECOND = 1000 * 1000 * 1000, MILLI = 1000 * 1000;

/* Bytes that grow. */
struct bytes {
	uint8_t *at;
	size_t size, room;
};

void bytes_add(struct bytes *to, const void *from, size_t size);

/* table.c: the prefixes, each known by a number from 0, and the sets of those that have their attributes in common. */
struct table {
	int family; /* 4 or 6 */
	int count, slices, sets;
	int *order;     /* numbers of prefixes in the order in which they are said */
	int *set_first; /* where in that order each set begins; one more than there are sets */
};

uint64_t scrambled(uint64_t seed);
void table_make(struct table *table, int family, int count, int slices);
/* The number of a prefix, by its length and first bytes; -1 when it is none of the table's. */
int table_number(int length, const uint8_t *bytes);
/* Writes a prefix as BGP does; gives the size. */
int table_prefix(const struct table *table, int number, uint8_t *to);
int table_length(const struct table *table, int number);

/* encode.c: messages. */
struct speaker {
	uint32_t as, address; /* host order */
	int hold;
};
void encode_open(struct bytes *to, const struct speaker *speaker, int family);
void encode_keepalive(struct bytes *to);
/* UPDATEs that announce the sets from..until, with attributes of a generation; one set is one message. */
void encode_announce(struct bytes *to, const struct table *table, int from, int until, const struct speaker *speaker,
		     uint32_t mark);
/* Only the first prefix of a set. */
void encode_change(struct bytes *to, const struct table *table, int set, const struct speaker *speaker, uint32_t mark);
/* UPDATEs that withdraw these sets, packed. */
void encode_withdraw(struct bytes *to, const struct table *table, int from, int until);
void encode_end_of_rib(struct bytes *to, int family);

/* peer.c: sessions. */
enum state { DOWN, CONNECTING, OPEN_SENT, OPEN_CONFIRM, UP };

struct peer {
	int number, fd;
	enum state state;
	struct speaker self;
	const uint8_t *out; /* what is left to send */
	size_t out_size;
	uint8_t *in; /* the part of a message that has come */
	size_t in_size;
	int64_t redial, spoke, silence, next_keepalive; /* redial: 0 is never */
	int end_of_rib;
	int counts;      /* whether what it is told is counted */
	int wanted;      /* how many prefixes it is to be told */
	uint8_t *holds;  /* for each prefix NONE, OTHER or WANTED */
	int held, known; /* how many are not NONE; how many are WANTED */
	uint32_t last_mark;
	uint64_t received; /* bytes */
};

struct world {
	struct table table;
	uint32_t subject;
	int port, epoll, peers, senders, same;
	int *slice;              /* the first set of each sender; one more than there are senders */
	struct peer *peer;
	uint32_t *generation;    /* what of each sender is wanted now */
	int64_t first_connected; /* since this was last 0 */
	int64_t limit;           /* seconds that a step may take */
	int wants_end;           /* whether the subject says End-of-RIB */
	int may_lose;            /* a session that ends is dialled again, and is no fault */
};
extern struct world world;

int64_t nanos(void);
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void peer_dial(struct peer *peer);
void peer_close(struct peer *peer);
/* Reads or writes what epoll says can be. */
void peer_event(struct peer *peer, uint32_t events);
/* Sends these bytes, which stay the caller's; what was being sent must be through. */
void peer_send(struct peer *peer, const uint8_t *bytes, size_t size);
void peer_keepalive(struct peer *peer);
/* Forgets what a peer knows of a sender. */
void peer_forget(struct peer *peer, int sender);
/* The sets of a sender: from, until. */
int first_set(int sender);
int last_set(int sender);

/* steps.c: what a session says when it is up. */
void peer_is_up(struct peer *peer);
/* Lets the sessions go on: waits so long for one of them. */
void turn(int millis);
/* Does what a line says; prints the report. */
void obey(const char *line);

#endif
