/* What the load is told to do: each command is a function here, which reports when it is done. */
#include "bgpload.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS = 256, TICK_MILLIS = 1 };

static struct bytes said[SENDERS]; /* what each sender sends, or sent last */
static struct bytes end_of_rib;
static int announcing;

static uint32_t mark(int sender)
{
	return MARK_BASE + world.generation[sender] * SENDERS + sender;
}

static void say_end_of_rib(struct peer *peer)
{
	if (!end_of_rib.size)
		encode_end_of_rib(&end_of_rib, world.table.family);
	peer_send(peer, end_of_rib.at, end_of_rib.size);
}

void peer_is_up(struct peer *peer)
{
	if (announcing && peer->number < world.senders)
		peer_send(peer, said[peer->number].at, said[peer->number].size);
	else
		say_end_of_rib(peer);
}

/* Timers: dialling again, KEEPALIVEs. */
static void tick(void)
{
	static int64_t next;
	int64_t now = nanos();
	if (now < next)
		return;
	next = now + TICK_MILLIS * MILLI;
	for (struct peer *peer = world.peer; peer < world.peer + world.peers; peer++) {
		if (peer->state == DOWN && peer->redial && peer->redial <= now)
			peer_dial(peer);
		if (peer->state == UP && peer->next_keepalive <= now)
			peer_keepalive(peer);
	}
}

void turn(int millis)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(world.epoll, events, EVENTS, millis);
	for (int i = 0; i < count; i++)
		peer_event(events[i].data.ptr, events[i].events);
	tick();
}

static int all(int (*holds)(const struct peer *))
{
	for (int i = 0; i < world.peers; i++)
		if (!holds(world.peer + i))
			return 0;
	return 1;
}

static int is_up(const struct peer *peer)
{
	return peer->state == UP && (peer->end_of_rib || !world.wants_end);
}

static int knows_all(const struct peer *peer)
{
	return !peer->counts || peer->known == peer->wanted;
}

static int knows_nothing(const struct peer *peer)
{
	return !peer->counts || peer->held == 0;
}

static int is_restored(const struct peer *peer)
{
	return is_up(peer) && knows_all(peer);
}

static int has_changed(const struct peer *peer)
{
	return !peer->counts || peer->last_mark == mark(0);
}

static void give_up(int (*holds)(const struct peer *), const char *what)
{
	int missing = 0, up = 0, ends = 0;
	int64_t known = 0;
	for (struct peer *peer = world.peer; peer < world.peer + world.peers; peer++) {
		missing += !holds(peer);
		up += peer->state == UP;
		ends += peer->end_of_rib;
		known += peer->known;
	}
	die("%s: after %lld s %d of %d sessions wait; %d are up, %d had End-of-RIB, %lld prefixes are known", what,
	    (long long)world.limit, missing, world.peers, up, ends, (long long)known);
}

static void until(int (*holds)(const struct peer *), const char *what)
{
	int64_t deadline = nanos() + world.limit * SECOND;
	while (!all(holds)) {
		turn(TICK_MILLIS);
		if (nanos() > deadline)
			give_up(holds, what);
	}
}

static void report(const char *word, int64_t begin, int64_t done)
{
	int64_t silence = 0;
	uint64_t received = 0;
	for (int i = 0; i < world.peers; i++) {
		if (world.peer[i].silence > silence)
			silence = world.peer[i].silence;
		received += world.peer[i].received;
		world.peer[i].silence = 0;
		world.peer[i].received = 0;
	}
	printf("%s begin=%lld done=%lld silence=%lld received=%llu\n", word, (long long)begin, (long long)done,
	       (long long)silence, (unsigned long long)received);
}

static void renew(int sender)
{
	world.generation[sender]++;
	said[sender].size = 0;
	encode_announce(&said[sender], &world.table, first_set(sender), last_set(sender), &world.peer[sender].self,
			mark(sender));
	encode_end_of_rib(&said[sender], world.table.family);
	for (int i = 0; i < world.peers; i++)
		peer_forget(world.peer + i, sender);
}

/* All senders say what they have; the time when they began. */
static int64_t say(void)
{
	int64_t begin = nanos();
	for (int sender = 0; sender < world.senders; sender++)
		peer_send(world.peer + sender, said[sender].at, said[sender].size);
	return begin;
}

static int64_t announce(void)
{
	for (int sender = 0; sender < world.senders; sender++)
		renew(sender);
	int64_t begin = say();
	until(knows_all, "announce");
	return begin;
}

static int64_t withdraw(void)
{
	for (int sender = 0; sender < world.senders; sender++) {
		said[sender].size = 0;
		encode_withdraw(&said[sender], &world.table, first_set(sender), last_set(sender));
	}
	int64_t begin = say();
	until(knows_nothing, "withdraw");
	return begin;
}

/* One after the other, as routers that know nothing of each other. */
static void dial_all(void)
{
	int64_t now = nanos();
	for (int i = 0; i < world.peers; i++)
		world.peer[i].redial = now + i * REDIAL_MILLIS * MILLI / world.peers;
}

static void mesh(void)
{
	for (int sender = 0; sender < world.senders; sender++)
		renew(sender);
	announcing = world.may_lose = 1;
	dial_all();
	printf("dialling\n");
	until(is_restored, "mesh");
	announcing = world.may_lose = 0;
	report("meshed", world.first_connected, nanos());
}

static void restart(int count)
{
	static int next;
	if (count > world.senders)
		die("there are %d senders", world.senders);
	int first = next;
	for (int i = 0; i < count; i++)
		renew((first + i) % world.senders);
	announcing = world.may_lose = 1;
	int64_t begin = nanos();
	for (int i = 0; i < count; i++, next = (next + 1) % world.senders) {
		peer_close(world.peer + next);
		peer_dial(world.peer + next);
	}
	until(is_restored, "restart");
	announcing = world.may_lose = 0;
	report("restarted", begin, nanos());
}

static void change(int count)
{
	struct bytes update = {0};
	/* A prime: its multiples meet every set before they come back. */
	const int64_t scatter = 48271;
	printf("changed");
	for (int i = 0; i < count; i++) {
		world.generation[0]++;
		update.size = 0;
		encode_change(&update, &world.table, i * scatter % last_set(0), &world.peer[0].self, mark(0));
		int64_t begin = nanos();
		peer_send(world.peer, update.at, update.size);
		until(has_changed, "change");
		printf(" time=%lld", (long long)(nanos() - begin));
	}
	printf("\n");
	free(update.at);
}

static void stall(int seconds)
{
	int64_t begin = nanos(), rounds = 0;
	for (; nanos() - begin < seconds * SECOND; rounds++) {
		announce();
		withdraw();
	}
	report("stalled", begin, nanos());
}

void obey(const char *line)
{
	char word[16];
	int number = 0;
	if (sscanf(line, "%15s %d", word, &number) < 1)
		return;
	if (!strcmp(word, "open")) {
		int64_t begin = nanos();
		dial_all();
		until(is_up, "open");
		report("opened", begin, nanos());
	} else if (!strcmp(word, "announce")) {
		int64_t begin = announce();
		report("announced", begin, nanos());
	} else if (!strcmp(word, "withdraw")) {
		int64_t begin = withdraw();
		report("withdrawn", begin, nanos());
	} else if (!strcmp(word, "mesh")) {
		mesh();
	} else if (!strcmp(word, "restart")) {
		restart(number);
	} else if (!strcmp(word, "change")) {
		change(number);
	} else if (!strcmp(word, "stall")) {
		stall(number);
	} else {
		die("no command \"%s\"", word);
	}
}
