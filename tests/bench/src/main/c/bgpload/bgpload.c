/*
 * Many BGP sessions to one speaker, the subject: the load of `./dev bench bgp`.
 *
 *   bgpload [--family 4|6] [--prefixes N] [--senders N] [--receivers N] [--same] [--hold S] [--limit S] [--no-end]
 *   bgpload --table FAMILY PREFIXES
 *
 * Sessions are with 10.99.0.1, port 179, in AS 64512, session i from 10.99.1.0 + 1 + i (which the namespace must have,
 * e.g. by `ip addr add 10.99.0.1/16 dev lo`); the senders come first. The table's prefixes are shared out among the
 * senders, or with --same each has all. What receivers are told is counted; without receivers, what senders are told.
 * --no-end is for subjects that say no End-of-RIB. The second form shows what the table is like.
 *
 * Reads commands from standard input, a line each; answers each with one line, a word and KEY=VALUE, times in
 * nanoseconds of the monotonic clock. What fails ends the program with a line "failed WHY".
 *
 *   open          dials until all sessions are up and End-of-RIB has come on each
 *   announce      all prefixes with new attributes; until all who count have all of them
 *   withdraw      all prefixes; until nobody who counts has one
 *   mesh          says "dialling", then dials; senders announce when they are up; until all have all and End-of-RIB
 *   restart N     ends N sessions, others each time; until they are up again and all have all
 *   change N      N times: one prefix with new attributes; until all who count have it; a time for each
 *   stall S       announces and withdraws all for S seconds
 */
#include "bgpload.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { AS = 64512, PORT = 179, EVENTS = 256, TICK_MILLIS = 1, IDLE_MILLIS = 10 };
static const uint32_t SUBJECT = 0x0a630001, FIRST_PEER = 0x0a630101;

struct world world = {.subject = SUBJECT, .port = PORT};
static struct bytes *said; /* what each sender sends, or sent last */
static struct bytes end_of_rib;
static int announcing, wants_end = 1;
static int64_t limit = 300;

void die(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	printf("failed ");
	vprintf(format, arguments);
	printf("\n");
	exit(1);
}

static uint32_t mark(int sender)
{
	return MARK_BASE + world.generation[sender] * SENDERS + sender;
}

void peer_is_up(struct peer *peer)
{
	if (announcing && peer->number < world.senders)
		peer_send(peer, said[peer->number].at, said[peer->number].size);
	else
		peer_send(peer, end_of_rib.at, end_of_rib.size);
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

static void turn(int millis)
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
	return peer->state == UP && (peer->end_of_rib || !wants_end);
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
	    (long long)limit, missing, world.peers, up, ends, (long long)known);
}

static void until(int (*holds)(const struct peer *), const char *what)
{
	int64_t deadline = nanos() + limit * SECOND;
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

static void obey(const char *line)
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

/* Obeys whole lines; sessions go on between them. Ends when nobody will say more. */
static void serve(void)
{
	static char in[1024];
	size_t size = 0;
	while (1) {
		struct pollfd sources[] = {{.fd = 0, .events = POLLIN}, {.fd = world.epoll, .events = POLLIN}};
		poll(sources, 2, IDLE_MILLIS);
		turn(0);
		if (!sources[0].revents)
			continue;
		ssize_t came = read(0, in + size, sizeof in - size - 1);
		if (came <= 0)
			return;
		size += came;
		in[size] = 0;
		char *line = in, *end;
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			obey(line);
		}
		size = strlen(line);
		memmove(in, line, size + 1);
	}
}

static void share_out(void)
{
	const struct table *table = &world.table;
	world.slice = calloc(world.senders + 1, sizeof *world.slice);
	for (int sender = 0, set = 0; sender <= world.senders; sender++) {
		while (table->set_first[set] < (int64_t)table->count * sender / world.senders)
			set++;
		world.slice[sender] = set;
	}
}

static int prefixes_of(int sender)
{
	return world.table.set_first[last_set(sender)] - world.table.set_first[first_set(sender)];
}

static void make_peers(int hold)
{
	world.epoll = epoll_create1(EPOLL_CLOEXEC);
	world.peer = calloc(world.peers, sizeof *world.peer);
	world.generation = calloc(world.senders, sizeof *world.generation);
	said = calloc(world.senders, sizeof *said);
	encode_end_of_rib(&end_of_rib, world.table.family);
	for (int i = 0; i < world.peers; i++) {
		struct peer *peer = world.peer + i;
		peer->number = i;
		peer->fd = -1;
		peer->self = (struct speaker){.as = AS, .address = FIRST_PEER + i, .hold = hold};
		peer->in = malloc(MESSAGE_MAX);
		peer->counts = i >= world.senders || world.peers == world.senders;
		peer->wanted = world.table.count - (i < world.senders ? prefixes_of(i) : 0);
		if (peer->counts)
			peer->holds = calloc(world.table.count, 1);
	}
}

/* How many prefixes each length has; how many sets there are, and the bytes of their UPDATEs. */
static void show_table(int family, int prefixes)
{
	struct bytes updates = {0};
	const struct speaker speaker = {.as = AS, .address = FIRST_PEER};
	int of_length[65] = {0}, wrong = 0;
	table_make(&world.table, family, prefixes, 1);
	for (int i = 0; i < prefixes; i++) {
		uint8_t prefix[16] = {0};
		table_prefix(&world.table, i, prefix);
		wrong += table_number(prefix[0], prefix + 1) != i;
		of_length[prefix[0]]++;
	}
	encode_announce(&updates, &world.table, 0, world.table.sets, &speaker, MARK_BASE);
	printf("table sets=%d bytes=%zu wrong=%d", world.table.sets, updates.size, wrong);
	for (int length = 0; length < 65; length++)
		if (of_length[length])
			printf(" length%d=%d", length, of_length[length]);
	printf("\n");
}

int main(int count, char **argument)
{
	int family = 4, prefixes = 1000, receivers = 0, hold = 240;
	world.senders = 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < count; i++) {
		const char *name = argument[i];
		int left = count - i - 1;
		if (!strcmp(name, "--same")) {
			world.same = 1;
		} else if (!strcmp(name, "--no-end")) {
			wants_end = 0;
		} else if (!strcmp(name, "--table") && left == 2) {
			show_table(atoi(argument[i + 1]), atoi(argument[i + 2]));
			return 0;
		} else if (left == 0) {
			die("unknown argument, or one without its value: %s", name);
		} else {
			int value = atoi(argument[++i]);
			if (!strcmp(name, "--family"))
				family = value;
			else if (!strcmp(name, "--prefixes"))
				prefixes = value;
			else if (!strcmp(name, "--senders"))
				world.senders = value;
			else if (!strcmp(name, "--receivers"))
				receivers = value;
			else if (!strcmp(name, "--hold"))
				hold = value;
			else if (!strcmp(name, "--limit"))
				limit = value;
			else
				die("unknown argument: %s", name);
		}
	}
	if (prefixes < world.senders || world.senders < 1 || world.senders > SENDERS)
		die("1 to %d senders, and a prefix for each", SENDERS);
	world.peers = world.senders + receivers;
	table_make(&world.table, family, prefixes, world.senders);
	share_out();
	make_peers(hold);
	serve();
	return 0;
}
