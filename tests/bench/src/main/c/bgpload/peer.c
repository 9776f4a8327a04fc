/* Sessions: each dials, says what it is given, and keeps book of the prefixes that it is told. */
#include "bgpload.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024, NONE = 0, OTHER = 1, WANTED = 2, AS_PATH = 2, MP_REACH = 14, MP_UNREACH = 15 };
enum { EXTENDED_LENGTH = 0x10, AFI_SAFI = 3 };
/* Two lengths and at most an MP_UNREACH with an extended length. */
enum { EMPTY_MAX = 2 + 2 + 4 + AFI_SAFI };

int64_t nanos(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static int read16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static void watch(struct peer *peer, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = peer};
	if (epoll_ctl(world.epoll, operation, peer->fd, &event))
		die("epoll_ctl: %s", strerror(errno));
}

void peer_close(struct peer *peer)
{
	close(peer->fd);
	peer->fd = -1;
	peer->state = DOWN;
	peer->in_size = peer->out_size = 0;
	peer->end_of_rib = 0;
	peer->redial = nanos() + REDIAL_MILLIS * MILLI;
	if (peer->holds)
		memset(peer->holds, NONE, world.table.count);
	peer->held = peer->known = 0;
}

static void lost(struct peer *peer, const char *why)
{
	if (peer->state == UP && !world.may_lose)
		die("session %d ended: %s", peer->number, why);
	peer_close(peer);
}

void peer_dial(struct peer *peer)
{
	const int yes = 1;
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(peer->self.address)};
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(world.port), .sin_addr.s_addr = htonl(world.subject)};
	peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (peer->fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
	if (bind(peer->fd, (struct sockaddr *)&from, sizeof from))
		die("bind: %s", strerror(errno));
	peer->state = CONNECTING;
	if (connect(peer->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
		peer_close(peer);
		return;
	}
	watch(peer, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

/* What is left of the bytes waits until the socket takes more. */
static void flush(struct peer *peer)
{
	int had = peer->out_size > 0;
	while (peer->out_size) {
		ssize_t sent = send(peer->fd, peer->out, peer->out_size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN) {
			lost(peer, strerror(errno));
			return;
		}
		if (sent < 0)
			break;
		peer->out += sent;
		peer->out_size -= sent;
	}
	if (had)
		watch(peer, EPOLL_CTL_MOD, peer->out_size ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void peer_send(struct peer *peer, const uint8_t *bytes, size_t size)
{
	if (peer->out_size)
		die("session %d has not taken yet what it was given before", peer->number);
	peer->out = bytes;
	peer->out_size = size;
	flush(peer);
}

/* Small messages go into an empty socket at once; one that is full needs no KEEPALIVE. */
static void send_now(struct peer *peer, void (*encode)(struct bytes *, const struct peer *))
{
	struct bytes message = {0};
	if (peer->out_size)
		return;
	encode(&message, peer);
	if (send(peer->fd, message.at, message.size, MSG_NOSIGNAL) < 0)
		lost(peer, strerror(errno));
	free(message.at);
}

static void open_of(struct bytes *to, const struct peer *peer)
{
	encode_open(to, &peer->self, world.table.family);
}

static void keepalive_of(struct bytes *to, const struct peer *peer)
{
	(void)peer;
	encode_keepalive(to);
}

void peer_keepalive(struct peer *peer)
{
	peer->next_keepalive = nanos() + peer->self.hold * SECOND / 3;
	send_now(peer, keepalive_of);
}

int first_set(int sender)
{
	return world.slice[world.same ? 0 : sender];
}

int last_set(int sender)
{
	return world.slice[world.same ? world.senders : sender + 1];
}

static void hold(struct peer *peer, int number, int what)
{
	int had = peer->holds[number];
	peer->holds[number] = what;
	peer->held += (what != NONE) - (had != NONE);
	peer->known += (what == WANTED) - (had == WANTED);
}

void peer_forget(struct peer *peer, int sender)
{
	const int *first = world.table.set_first;
	if (!peer->holds)
		return;
	for (int at = first[first_set(sender)]; at < first[last_set(sender)]; at++)
		if (peer->holds[world.table.order[at]] == WANTED)
			hold(peer, world.table.order[at], OTHER);
}

static void told(struct peer *peer, const uint8_t *at, const uint8_t *end, int what)
{
	while (at < end) {
		int size = 1 + (at[0] + 7) / 8;
		if (at + size > end)
			die("session %d: a prefix longer than its message", peer->number);
		int number = table_number(at[0], at + 1);
		if (number >= 0)
			hold(peer, number, what);
		at += size;
	}
}

/* What a path is worth, by its first AS number; NONE for one of its own, which some send back. */
static int worth(struct peer *peer, uint32_t mark)
{
	int sender = (mark - MARK_BASE) % SENDERS;
	uint32_t generation = (mark - MARK_BASE) / SENDERS;
	if (mark < MARK_BASE || sender >= world.senders || sender == peer->number)
		return NONE;
	peer->last_mark = mark;
	return generation == world.generation[sender] && (!world.same || sender == 0) ? WANTED : OTHER;
}

struct found {
	uint32_t mark;
	const uint8_t *reach, *reach_end, *unreach, *unreach_end;
};

static struct found attributes(const uint8_t *at, const uint8_t *end)
{
	struct found found = {0};
	int afi = world.table.family == 4 ? 1 : 2;
	while (at + 3 <= end) {
		int extended = at[0] & EXTENDED_LENGTH;
		int code = at[1], length = extended ? read16(at + 2) : at[2];
		const uint8_t *value = at + (extended ? 4 : 3);
		at = value + length;
		if (at > end)
			die("an attribute %d longer than its message", code);
		if (code == AS_PATH && length >= 6) {
			found.mark = read32(value + 2);
		} else if (code == MP_REACH && length > 4 && read16(value) == afi) {
			found.reach = value + AFI_SAFI + 1 + value[3] + 1;
			found.reach_end = at;
		} else if (code == MP_UNREACH && length >= AFI_SAFI && read16(value) == afi) {
			found.unreach = value + AFI_SAFI;
			found.unreach_end = at;
		}
	}
	return found;
}

static void update(struct peer *peer, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *withdrawn = at + 2, *withdrawn_end = withdrawn + read16(at);
	if (withdrawn_end + 2 > end || withdrawn_end + 2 + read16(withdrawn_end) > end)
		die("session %d: an UPDATE longer than its message", peer->number);
	const uint8_t *nlri = withdrawn_end + 2 + read16(withdrawn_end);
	if (peer->counts || end - at <= EMPTY_MAX) {
		struct found found = attributes(withdrawn_end + 2, nlri);
		int empty = withdrawn == withdrawn_end && nlri == end && !found.reach;
		if (empty && (world.table.family == 4 ? !found.unreach : found.unreach && found.unreach == found.unreach_end))
			peer->end_of_rib = 1;
		if (!peer->counts)
			return;
		told(peer, withdrawn, withdrawn_end, NONE);
		told(peer, found.unreach, found.unreach_end, NONE);
		int what = worth(peer, found.mark);
		if (world.table.family == 4)
			told(peer, nlri, end, what);
		told(peer, found.reach, found.reach_end, what);
	}
}

static void message(struct peer *peer, const uint8_t *at, int size)
{
	switch (at[HEADER - 1]) {
	case OPEN:
		if (peer->state == OPEN_SENT) {
			peer->state = OPEN_CONFIRM;
			peer_keepalive(peer);
		}
		break;
	case KEEPALIVE:
		if (peer->state == OPEN_CONFIRM) {
			peer->state = UP;
			peer->spoke = nanos();
			peer_is_up(peer);
		}
		break;
	case UPDATE:
		update(peer, at + HEADER, at + size);
		break;
	case NOTIFICATION: {
		char why[64];
		snprintf(why, sizeof why, "NOTIFICATION %d/%d", at[HEADER], at[HEADER + 1]);
		lost(peer, why);
		break;
	}
	}
}

static void receive(struct peer *peer)
{
	static uint8_t in[MESSAGE_MAX + READ_BYTES];
	memcpy(in, peer->in, peer->in_size);
	ssize_t came = recv(peer->fd, in + peer->in_size, READ_BYTES, 0);
	if (came <= 0) {
		if (came < 0 && errno == EAGAIN)
			return;
		lost(peer, came ? strerror(errno) : "closed by the subject");
		return;
	}
	peer->received += came;
	int64_t now = nanos();
	if (peer->state == UP && now - peer->spoke > peer->silence)
		peer->silence = now - peer->spoke;
	peer->spoke = now;
	size_t size = peer->in_size + came, at = 0;
	while (size - at >= HEADER && size - at >= (size_t)read16(in + at + 16)) {
		int length = read16(in + at + 16);
		if (length < HEADER || length > MESSAGE_MAX)
			die("session %d: a message of %d bytes", peer->number, length);
		message(peer, in + at, length);
		if (peer->fd < 0)
			return;
		at += length;
	}
	peer->in_size = size - at;
	memcpy(peer->in, in + at, peer->in_size);
}

static void connected(struct peer *peer)
{
	int error;
	socklen_t size = sizeof error;
	getsockopt(peer->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		peer_close(peer);
		return;
	}
	if (!world.first_connected)
		world.first_connected = nanos();
	peer->state = OPEN_SENT;
	watch(peer, EPOLL_CTL_MOD, EPOLLIN);
	send_now(peer, open_of);
}

void peer_event(struct peer *peer, uint32_t events)
{
	if (peer->state == CONNECTING) {
		connected(peer);
		return;
	}
	if (events & EPOLLOUT)
		flush(peer);
	if (peer->fd >= 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(peer);
}
