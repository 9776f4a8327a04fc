/*
 * What a plain C program gets out of the kernel's routing table: the peer of `./dev bench fib`.
 *
 *   fibload ORDER ROUTES DEVICE OPERATION...
 *
 * Works in the network namespace that it is started in, on the same routes, with the same messages, batches and
 * socket options as the agent: batches of 1000 requests or 68 KiB, an ACK for the last of each (the kernel answers
 * refusals unasked). The file ORDER has the numbers of the routes, a line each, as they come out of the agent's tables:
 * the kernel takes routes by a quarter faster or slower in another order, and sorted ones at half the speed. Answers
 * one line an operation, its name and nanoseconds. The operations, in any order and number:
 *
 *   add, replace, delete   all routes, deleted from the last to the first; replace takes the other of the two gateways
 *   dump                   reads the main table
 *   one                    changes single routes, each until the kernel's event is read; a number for each
 *   failover               gives a thousand routes the other gateway, again and again; a number for each time
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	BATCH = 1000,
	BATCH_BYTES = 68 * 1024,
	MESSAGE_BYTES = 256,
	SOCKET_BYTES = 4 << 20,
	PROTOCOL_BIRD = 12,
	PREFIX_LENGTH = 26,
	CHANGES = 1000,
	GROUP = 1000,
	FAILOVERS = 50,
};

/* A prime: the i-th route that is changed by itself, or fails over, has block i * SCATTER % routes. */
static const int64_t SCATTER = 48271;

static const uint32_t FIRST_PREFIX = 0x0a000000;
static const uint32_t GATEWAYS[] = {0xac1f0002, 0xac1f0003};

static int routes;
/* The blocks of the routes, in the order in which they are sent, and for each block its route. */
static uint32_t *blocks, *route_of;
static unsigned device;
static int sequence = 1;
/* Which of the gateways each route has. */
static unsigned char *via;
static char out[BATCH_BYTES + MESSAGE_BYTES];
static char in[64 * 1024];

static void die(const char *what)
{
	fprintf(stderr, "fibload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t nanos(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof value))
		die("setsockopt");
}

static int netlink(unsigned groups)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		die("socket");
	option(fd, SOL_SOCKET, SO_SNDBUFFORCE, SOCKET_BYTES);
	option(fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BYTES);
	option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	if (bind(fd, (struct sockaddr *)&address, sizeof address))
		die("bind");
	return fd;
}

static void attribute(struct nlmsghdr *message, int type, uint32_t value)
{
	struct rtattr *to = (struct rtattr *)((char *)message + message->nlmsg_len);
	to->rta_type = type;
	to->rta_len = RTA_LENGTH(sizeof value);
	memcpy(RTA_DATA(to), &value, sizeof value);
	message->nlmsg_len += RTA_SPACE(sizeof value);
}

static int changed(int i)
{
	return route_of[i * SCATTER % routes];
}

/* The destination of a route, in network order. */
static uint32_t destination(int route)
{
	return htonl(FIRST_PREFIX + (blocks[route] << (32 - PREFIX_LENGTH)));
}

/* Writes the request about one route, which asks for no answer; gives its length. */
static int request(char *at, int type, int flags, int route)
{
	struct nlmsghdr *message = (struct nlmsghdr *)at;
	struct rtmsg *body = NLMSG_DATA(message);
	memset(at, 0, NLMSG_LENGTH(sizeof *body));
	message->nlmsg_len = NLMSG_LENGTH(sizeof *body);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = sequence++;
	body->rtm_family = AF_INET;
	body->rtm_dst_len = PREFIX_LENGTH;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = PROTOCOL_BIRD;
	body->rtm_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE;
	body->rtm_type = RTN_UNICAST;
	attribute(message, RTA_DST, destination(route));
	attribute(message, RTA_TABLE, RT_TABLE_MAIN);
	attribute(message, RTA_OIF, device);
	attribute(message, RTA_GATEWAY, htonl(GATEWAYS[via[route]]));
	return message->nlmsg_len;
}

static int receive(int fd)
{
	int length = recv(fd, in, sizeof in, 0);
	if (length < 0)
		die("recv");
	return length;
}

/* Waits until the kernel is through with the request of that number, and with all before it. */
static void acknowledged(int fd, uint32_t last)
{
	while (1) {
		int length = receive(fd);
		for (struct nlmsghdr *m = (struct nlmsghdr *)in; NLMSG_OK(m, length); m = NLMSG_NEXT(m, length)) {
			if (m->nlmsg_type != NLMSG_ERROR)
				continue;
			errno = -((struct nlmsgerr *)NLMSG_DATA(m))->error;
			if (errno)
				die("the kernel refuses a route");
			if (m->nlmsg_seq == last)
				return;
		}
	}
}

static int forwards(int i)
{
	return i;
}

/* The agent's loop removes first what came last. */
static int backwards(int i)
{
	return routes - 1 - i;
}

/* Sends the requests about so many routes, in this order. */
static int64_t some(int many, int (*order)(int), int fd, int type, int flags, int other)
{
	int64_t start = nanos();
	for (int i = 0; i < many;) {
		int length = 0, count = 0, last = 0;
		for (; i < many && count < BATCH && length < BATCH_BYTES; i++, count++) {
			int route = order(i);
			via[route] ^= other;
			last = length;
			length += request(out + length, type, flags, route);
		}
		((struct nlmsghdr *)(out + last))->nlmsg_flags |= NLM_F_ACK;
		if (send(fd, out, length, 0) != length)
			die("send");
		acknowledged(fd, sequence - 1);
	}
	return nanos() - start;
}

static int64_t dump(int fd)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg body;
		struct rtattr attribute;
		uint32_t table;
	} ask = {
		{sizeof ask, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, sequence++, 0},
		{.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN},
		{RTA_LENGTH(4), RTA_TABLE},
		RT_TABLE_MAIN,
	};
	int64_t start = nanos();
	int count = 0;
	if (send(fd, &ask, sizeof ask, 0) != sizeof ask)
		die("send");
	while (1) {
		int length = receive(fd);
		for (struct nlmsghdr *m = (struct nlmsghdr *)in; NLMSG_OK(m, length); m = NLMSG_NEXT(m, length)) {
			if (m->nlmsg_type == RTM_NEWROUTE)
				count++;
			if (m->nlmsg_type != NLMSG_DONE && m->nlmsg_type != NLMSG_ERROR)
				continue;
			if (count < routes) {
				fprintf(stderr, "fibload: a dump of %d routes, not %d\n", count, routes);
				exit(1);
			}
			return nanos() - start;
		}
	}
}

static int heard(int events, int route)
{
	uint32_t wanted = destination(route);
	int length = receive(events);
	for (struct nlmsghdr *m = (struct nlmsghdr *)in; NLMSG_OK(m, length); m = NLMSG_NEXT(m, length)) {
		int rest = RTM_PAYLOAD(m);
		for (struct rtattr *a = RTM_RTA(NLMSG_DATA(m)); RTA_OK(a, rest); a = RTA_NEXT(a, rest))
			if (a->rta_type == RTA_DST && !memcmp(RTA_DATA(a), &wanted, sizeof wanted))
				return 1;
	}
	return 0;
}

static void one(int fd)
{
	int events = netlink(RTMGRP_IPV4_ROUTE);
	printf("one");
	for (int i = 0; i < CHANGES; i++) {
		int route = changed(i);
		int64_t start = nanos();
		via[route] ^= 1;
		int length = request(out, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, route);
		if (send(fd, out, length, 0) != length)
			die("send");
		while (!heard(events, route))
			;
		printf(" %lld", (long long)(nanos() - start));
		acknowledged(fd, sequence - 1);
	}
	printf("\n");
	close(events);
}

static void failover(int fd)
{
	printf("failover");
	for (int i = 0; i < FAILOVERS; i++) {
		int64_t took = some(routes < GROUP ? routes : GROUP, changed, fd, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, 1);
		printf(" %lld", (long long)took);
	}
	printf("\n");
}

static void run(int fd, const char *operation)
{
	int64_t took;
	if (!strcmp(operation, "failover")) {
		failover(fd);
		return;
	}
	if (!strcmp(operation, "one")) {
		one(fd);
		return;
	}
	if (!strcmp(operation, "add")) {
		took = some(routes, forwards, fd, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, 0);
	} else if (!strcmp(operation, "replace")) {
		took = some(routes, forwards, fd, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, 1);
	} else if (!strcmp(operation, "delete")) {
		took = some(routes, backwards, fd, RTM_DELROUTE, 0, 0);
	} else if (!strcmp(operation, "dump")) {
		took = dump(fd);
	} else {
		fprintf(stderr, "fibload: no operation \"%s\"\n", operation);
		exit(2);
	}
	printf("%s %lld\n", operation, (long long)took);
}

static void read_order(const char *path)
{
	FILE *file = fopen(path, "r");
	if (!file)
		die(path);
	for (int i = 0; i < routes; i++) {
		if (fscanf(file, "%u", &blocks[i]) != 1 || blocks[i] >= (unsigned)routes) {
			fprintf(stderr, "fibload: line %d of %s is no number below %d\n", i + 1, path, routes);
			exit(1);
		}
		route_of[blocks[i]] = i;
	}
	fclose(file);
}

int main(int count, char **arguments)
{
	if (count < 5 || (routes = atoi(arguments[2])) < 1 || !(device = if_nametoindex(arguments[3]))) {
		fprintf(stderr, "usage: fibload ORDER ROUTES DEVICE add|replace|delete|dump|one|failover...\n");
		return 2;
	}
	if (!(via = calloc(routes, 1)) || !(blocks = calloc(routes, sizeof *blocks)) ||
	    !(route_of = calloc(routes, sizeof *route_of)))
		die("calloc");
	read_order(arguments[1]);
	int fd = netlink(0);
	for (int i = 4; i < count; i++)
		run(fd, arguments[i]);
	return 0;
}
