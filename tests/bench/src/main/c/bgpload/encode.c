/* Messages as a router in the default-free zone says them to a reflector. */
#include "bgpload.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum {
	ORIGIN = 1,
	AS_PATH = 2,
	NEXT_HOP = 3,
	MED = 4,
	LOCAL_PREF = 5,
	COMMUNITIES = 8,
	MP_REACH = 14,
	MP_UNREACH = 15,
	WELL_KNOWN = 0x40,
	OPTIONAL = 0x80,
	TRANSITIVE = 0x40,
	EXTENDED = 0x10,
	AS_TRANS = 23456,
};

void bytes_add(struct bytes *to, const void *from, size_t size)
{
	if (to->size + size > to->room) {
		to->room = 2 * (to->size + size) + MESSAGE_MAX;
		if (!(to->at = realloc(to->at, to->room)))
			die("no memory");
	}
	if (from)
		memcpy(to->at + to->size, from, size);
	to->size += size;
}

static void add8(struct bytes *to, int value)
{
	uint8_t byte = value;
	bytes_add(to, &byte, 1);
}

static void add16(struct bytes *to, int value)
{
	uint16_t big = htons(value);
	bytes_add(to, &big, 2);
}

static void add32(struct bytes *to, uint32_t value)
{
	uint32_t big = htonl(value);
	bytes_add(to, &big, 4);
}

static void put16(struct bytes *in, size_t at, int value)
{
	uint16_t big = htons(value);
	memcpy(in->at + at, &big, 2);
}

static size_t begin(struct bytes *to, int type)
{
	size_t at = to->size;
	bytes_add(to, NULL, 16);
	memset(to->at + at, 0xff, 16);
	add16(to, 0);
	add8(to, type);
	return at;
}

static void end(struct bytes *to, size_t from)
{
	put16(to, from + 16, to->size - from);
}

void encode_open(struct bytes *to, const struct speaker *speaker, int family)
{
	size_t at = begin(to, OPEN);
	add8(to, 4);
	add16(to, speaker->as > 0xffff ? AS_TRANS : speaker->as);
	add16(to, speaker->hold);
	add32(to, speaker->address);
	/* Multiprotocol; refresh; graceful restart without a family (End-of-RIB is wanted); four-byte AS numbers. */
	const uint8_t capabilities[] = {1, 4, 0, family == 4 ? 1 : 2, 0, 1, 2, 0, 64, 2, 0, 0, 65, 4};
	add8(to, 2 + sizeof capabilities + 4);
	add8(to, 2);
	add8(to, sizeof capabilities + 4);
	bytes_add(to, capabilities, sizeof capabilities);
	add32(to, speaker->as);
	end(to, at);
}

void encode_keepalive(struct bytes *to)
{
	end(to, begin(to, KEEPALIVE));
}

void encode_end_of_rib(struct bytes *to, int family)
{
	size_t at = begin(to, UPDATE);
	add16(to, 0);
	if (family == 4) {
		add16(to, 0);
	} else {
		const uint8_t none[] = {OPTIONAL, MP_UNREACH, 3, 0, 2, 1};
		add16(to, sizeof none);
		bytes_add(to, none, sizeof none);
	}
	end(to, at);
}

/* The way that a set is reached, of two to six AS numbers; the first one is the mark. */
static void add_path(struct bytes *to, uint64_t random, uint32_t mark)
{
	int more = 1 + random % 5;
	add8(to, WELL_KNOWN);
	add8(to, AS_PATH);
	add8(to, 2 + 4 * (1 + more));
	add8(to, 2);
	add8(to, 1 + more);
	add32(to, mark);
	for (int i = 0; i < more; i++)
		add32(to, 1000 + scrambled(random + i) % 400000);
}

/* Three of five have communities, one to seven. */
static void add_communities(struct bytes *to, uint64_t random)
{
	if (random % 5 >= 3)
		return;
	int count = 1 + (random >> 8) % 7;
	add8(to, OPTIONAL | TRANSITIVE);
	add8(to, COMMUNITIES);
	add8(to, 4 * count);
	for (int i = 0; i < count; i++)
		add32(to, (1000 + scrambled(random + i) % 60000) << 16 | i);
}

static void add_nlri(struct bytes *to, const struct table *table, int from, int until)
{
	for (int at = from; at < until; at++) {
		uint8_t prefix[9];
		int size = table_prefix(table, table->order[at], prefix);
		bytes_add(to, prefix, size);
	}
}

static size_t begin_attribute(struct bytes *to, int flags, int code)
{
	add8(to, flags | EXTENDED);
	add8(to, code);
	add16(to, 0);
	return to->size;
}

static void end_attribute(struct bytes *to, size_t from)
{
	put16(to, from - 2, to->size - from);
}

/* fd00:: and the address of the speaker. */
static void add_next_hop6(struct bytes *to, const struct speaker *speaker)
{
	const uint8_t start[12] = {0xfd};
	add8(to, 16);
	bytes_add(to, start, sizeof start);
	add32(to, speaker->address);
}

static void encode_update(struct bytes *to, const struct table *table, int set, int from, int until,
			  const struct speaker *speaker, uint32_t mark)
{
	uint64_t random = scrambled(((uint64_t)mark << 32) + set);
	size_t at = begin(to, UPDATE);
	add16(to, 0);
	size_t attributes = to->size;
	add16(to, 0);
	const uint8_t origin[] = {WELL_KNOWN, ORIGIN, 1, 0};
	bytes_add(to, origin, sizeof origin);
	/* What four senders say of one set differs by the mark only: the lengths of their paths do not decide. */
	add_path(to, scrambled(set), mark);
	if (table->family == 4) {
		const uint8_t next_hop[] = {WELL_KNOWN, NEXT_HOP, 4};
		bytes_add(to, next_hop, sizeof next_hop);
		add32(to, speaker->address);
	}
	if (random % 10 < 3) {
		const uint8_t med[] = {OPTIONAL, MED, 4};
		bytes_add(to, med, sizeof med);
		add32(to, random % 200);
	}
	const uint8_t preference[] = {WELL_KNOWN, LOCAL_PREF, 4, 0, 0, 0, 100};
	bytes_add(to, preference, sizeof preference);
	add_communities(to, scrambled(~(uint64_t)set));
	if (table->family == 6) {
		size_t reach = begin_attribute(to, OPTIONAL, MP_REACH);
		add16(to, 2);
		add8(to, 1);
		add_next_hop6(to, speaker);
		add8(to, 0);
		add_nlri(to, table, from, until);
		end_attribute(to, reach);
	}
	put16(to, attributes, to->size - attributes - 2);
	if (table->family == 4)
		add_nlri(to, table, from, until);
	end(to, at);
}

void encode_announce(struct bytes *to, const struct table *table, int from, int until, const struct speaker *speaker,
		     uint32_t mark)
{
	for (int set = from; set < until; set++)
		encode_update(to, table, set, table->set_first[set], table->set_first[set + 1], speaker, mark);
}

void encode_change(struct bytes *to, const struct table *table, int set, const struct speaker *speaker, uint32_t mark)
{
	encode_update(to, table, set, table->set_first[set], table->set_first[set] + 1, speaker, mark);
}

void encode_withdraw(struct bytes *to, const struct table *table, int from, int until)
{
	enum { SLACK = 64 };
	int at = table->set_first[from], last = table->set_first[until];
	while (at < last) {
		size_t message = begin(to, UPDATE), withdrawn = to->size, attribute = 0;
		add16(to, 0);
		if (table->family == 6) {
			add16(to, 0);
			attribute = begin_attribute(to, OPTIONAL, MP_UNREACH);
			add16(to, 2);
			add8(to, 1);
		}
		for (; at < last && to->size - message < MESSAGE_MAX - SLACK; at++)
			add_nlri(to, table, at, at + 1);
		if (table->family == 6) {
			end_attribute(to, attribute);
			put16(to, withdrawn + 2, to->size - withdrawn - 4);
		} else {
			put16(to, withdrawn, to->size - withdrawn - 2);
			add16(to, 0);
		}
		end(to, message);
	}
}
