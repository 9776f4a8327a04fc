/*
 * What a plain C program gets through a TUN and a raw socket: the peer of `./dev bench tunnel.ipip.userspace`.
 *
 *   ipipfwd DEVICE LOCAL DESTINATION/LENGTH=NODE...
 *
 * Makes the TUN in the network namespace that it is started in and moves packets until it is killed: one thread a
 * direction, one packet a system call, no offloads. Like Margay's forwarder it looks the inner destination up in a
 * table of its own, takes IPIP from the nodes of that table only, and lets 4 MiB wait at its socket. The kernel writes
 * the outer header. Whoever starts it gives the device its MTU and sets it up.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PACKET_BYTES = 64 * 1024,
	HEADER_BYTES = 20,
	RECEIVE_BYTES = 4 << 20,
	ROUTES = 64,
};

struct route {
	uint32_t destination;
	uint32_t mask;
	struct sockaddr_in node;
};

static struct route routes[ROUTES];
static int count;
static int tun;
static int wire;

static void die(const char *what)
{
	fprintf(stderr, "ipipfwd: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void usage(void)
{
	fprintf(stderr, "usage: ipipfwd DEVICE LOCAL DESTINATION/LENGTH=NODE...\n");
	exit(2);
}

static struct in_addr address(const char *text)
{
	struct in_addr result;

	if (inet_pton(AF_INET, text, &result) != 1)
		usage();
	return result;
}

static void add_route(char *text)
{
	char *node = strchr(text, '=');
	char *length = strchr(text, '/');
	struct route *route = &routes[count];

	if (!node || !length || count == ROUTES)
		usage();
	*node++ = 0;
	*length++ = 0;
	int bits = atoi(length);
	if (bits < 1 || bits > 32)
		usage();
	route->mask = htonl(UINT32_MAX << (32 - bits));
	route->destination = address(text).s_addr & route->mask;
	route->node.sin_family = AF_INET;
	route->node.sin_addr = address(node);
	count++;
}

/* Prefixes do not overlap: the first that fits is the one. */
static const struct sockaddr_in *behind(uint32_t destination)
{
	for (int i = 0; i < count; i++)
		if ((destination & routes[i].mask) == routes[i].destination)
			return &routes[i].node;
	return NULL;
}

static int is_node(uint32_t source)
{
	for (int i = 0; i < count; i++)
		if (routes[i].node.sin_addr.s_addr == source)
			return 1;
	return 0;
}

static void *tun_to_wire(void *unused)
{
	static unsigned char packet[PACKET_BYTES];

	for (;;) {
		ssize_t length = read(tun, packet, sizeof packet);
		if (length < 0 && errno != EINTR)
			die("read from the device");
		if (length < HEADER_BYTES || packet[0] >> 4 != 4)
			continue;
		const struct sockaddr_in *node = behind(((struct iphdr *)packet)->daddr);
		/* What cannot be sent is lost, as on any wire. */
		if (node)
			sendto(wire, packet, length, 0, (const struct sockaddr *)node, sizeof *node);
	}
	return unused;
}

static void *wire_to_tun(void *unused)
{
	static unsigned char packet[PACKET_BYTES];

	for (;;) {
		ssize_t length = read(wire, packet, sizeof packet);
		if (length < 0 && errno != EINTR)
			die("read from the wire");
		if (length < HEADER_BYTES)
			continue;
		int header = (packet[0] & 15) * 4;
		if (length < header + HEADER_BYTES || !is_node(((struct iphdr *)packet)->saddr))
			continue;
		if (write(tun, packet + header, length - header) < 0 && errno != EIO && errno != EINVAL)
			die("write to the device");
	}
	return unused;
}

static void open_tun(const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	tun = open("/dev/net/tun", O_RDWR);
	if (tun < 0)
		die("/dev/net/tun");
	if (ioctl(tun, TUNSETIFF, &request) < 0)
		die(name);
}

static void open_wire(struct in_addr local)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = local};
	int fragment = IP_PMTUDISC_DONT;
	int room = RECEIVE_BYTES;

	wire = socket(AF_INET, SOCK_RAW, IPPROTO_IPIP);
	if (wire < 0)
		die("raw socket");
	if (setsockopt(wire, IPPROTO_IP, IP_MTU_DISCOVER, &fragment, sizeof fragment) < 0 ||
	    setsockopt(wire, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
		die("options of the raw socket");
	if (bind(wire, (struct sockaddr *)&here, sizeof here) < 0)
		die("bind the raw socket");
}

int main(int argc, char **argv)
{
	pthread_t out;

	if (argc < 4)
		usage();
	for (int i = 3; i < argc; i++)
		add_route(argv[i]);
	open_wire(address(argv[2]));
	open_tun(argv[1]);
	errno = pthread_create(&out, NULL, tun_to_wire, NULL);
	if (errno)
		die("thread");
	wire_to_tun(NULL);
	return 0;
}
