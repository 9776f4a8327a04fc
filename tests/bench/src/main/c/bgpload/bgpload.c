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
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { AS = 64512, PORT = 179, IDLE_MILLIS = 10, LIMIT_SECONDS = 300 };
static const uint32_t SUBJECT = 0x0a630001, FIRST_PEER = 0x0a630101;

struct world world = {.subject = SUBJECT, .port = PORT, .limit = LIMIT_SECONDS, .wants_end = 1};

void die(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	printf("failed ");
	vprintf(format, arguments);
	printf("\n");
	exit(1);
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
			world.wants_end = 0;
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
				world.limit = value;
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
