/*
 * A table like the default-free zone's: lengths as there, prefixes scattered over the address space in small runs,
 * sets of about six. The numbers of prefixes are in the order of their lengths; from a prefix its number is computed,
 * so that counting what comes back costs next to nothing.
 */
#include "bgpload.h"
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { SHARES = 100000, RUN_BITS = 2, LENGTHS = 65 };

struct share {
	int length, of;
};

/* Of 100,000 prefixes; the last length has the rest. */
static const struct share IPV4[] = {{8, 2},      {9, 1},      {10, 4},     {11, 10},    {12, 30},    {13, 60},
				    {14, 120},   {15, 210},   {16, 1350},  {17, 820},   {18, 1380},  {19, 2470},
				    {20, 4330},  {21, 5030},  {22, 11250}, {23, 10120}, {24, SHARES}};
static const struct share IPV6[] = {{29, 3000}, {30, 600},  {31, 300},   {32, 12500}, {33, 1700}, {34, 1500},
				    {35, 900},  {36, 4700}, {37, 500},   {38, 900},   {39, 700},  {40, 7200},
				    {41, 400},  {42, 2400}, {43, 400},   {44, 10300}, {45, 1000}, {46, 3300},
				    {47, 3100}, {48, SHARES}};

/* What all prefixes begin with: 128.0.0.0/2, 2000::/4. */
static const uint64_t START4 = 1ull << 63, START6 = 1ull << 61;
enum { START4_BITS = 2, START6_BITS = 4 };

/* Odd numbers and their inverses modulo 2^64. */
static const uint64_t FACTOR_A = 0x9e3779b97f4a7c15, FACTOR_B = 0xbf58476d1ce4e5b9;
static uint64_t inverse_a, inverse_b;

static int first_of[LENGTHS], count_of[LENGTHS], start_bits;
static uint64_t start;

uint64_t scrambled(uint64_t seed)
{
	seed += FACTOR_A;
	seed = (seed ^ (seed >> 30)) * FACTOR_B;
	seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
	return seed ^ (seed >> 31);
}

static uint64_t inverse(uint64_t odd)
{
	uint64_t x = odd;
	for (int i = 0; i < 6; i++)
		x *= 2 - odd * x;
	return x;
}

/* A permutation of the numbers of so many bits, and back. */
static uint64_t mixed(uint64_t x, int bits)
{
	uint64_t mask = (1ull << bits) - 1;
	int half = (bits + 1) / 2;
	x ^= x >> half;
	x = x * FACTOR_A & mask;
	x ^= x >> half;
	x = x * FACTOR_B & mask;
	return x ^ x >> half;
}

static uint64_t unmixed(uint64_t x, int bits)
{
	uint64_t mask = (1ull << bits) - 1;
	int half = (bits + 1) / 2;
	x ^= x >> half;
	x = x * inverse_b & mask;
	x ^= x >> half;
	x = x * inverse_a & mask;
	return x ^ x >> half;
}

static void share_out(int count, const struct share *shares, int lengths)
{
	int first = 0;
	for (int i = 0; i < lengths; i++) {
		int64_t share = (int64_t)count * shares[i].of / SHARES;
		int64_t room = 1ll << (shares[i].length - start_bits);
		if (share > room)
			share = room;
		if (share > count - first)
			share = count - first;
		first_of[shares[i].length] = first;
		count_of[shares[i].length] = share;
		first += share;
	}
	if (first < count)
		die("%d prefixes do not fit", count);
}

/* How many prefixes a set has: mostly few, seldom many. */
static int set_size(uint64_t random)
{
	unsigned of_thousand = random % 1000;
	unsigned more = (random >> 32) & 0xffff;
	if (of_thousand < 395)
		return 1;
	if (of_thousand < 645)
		return 2 + more % 2;
	if (of_thousand < 845)
		return 4 + more % 5;
	if (of_thousand < 965)
		return 9 + more % 16;
	return 25 + more % 56;
}

static void cut_sets(struct table *table)
{
	table->set_first = calloc(table->count + 1, sizeof *table->set_first);
	for (int at = 0, slice = 1; at < table->count; table->sets++) {
		int size = set_size(scrambled(1 + table->sets));
		int boundary = (int64_t)table->count * slice / table->slices;
		table->set_first[table->sets] = at;
		at += size;
		if (at >= boundary) {
			at = boundary;
			slice++;
		}
	}
	table->set_first[table->sets] = table->count;
}

void table_make(struct table *table, int family, int count, int slices)
{
	*table = (struct table){.family = family, .count = count, .slices = slices};
	inverse_a = inverse(FACTOR_A);
	inverse_b = inverse(FACTOR_B);
	start = family == 4 ? START4 : START6;
	start_bits = family == 4 ? START4_BITS : START6_BITS;
	if (family == 4)
		share_out(count, IPV4, sizeof IPV4 / sizeof *IPV4);
	else
		share_out(count, IPV6, sizeof IPV6 / sizeof *IPV6);
	table->order = calloc(count, sizeof *table->order);
	int left[LENGTHS], next[LENGTHS];
	memcpy(left, count_of, sizeof left);
	memcpy(next, first_of, sizeof next);
	for (int at = 0; at < count; at++) {
		int64_t pick = scrambled(~(uint64_t)at) % (count - at);
		int length = 0;
		while (pick >= left[length])
			pick -= left[length++];
		table->order[at] = next[length]++;
		left[length]--;
	}
	cut_sets(table);
}

int table_length(const struct table *table, int number)
{
	int length = table->family == 4 ? 32 : 64;
	while (!count_of[length] || number < first_of[length])
		length--;
	return length;
}

int table_number(int length, const uint8_t *bytes)
{
	if (length >= LENGTHS || !count_of[length])
		return -1;
	uint64_t bits = 0;
	memcpy(&bits, bytes, (length + 7) / 8);
	bits = be64toh(bits);
	int free = length - start_bits;
	if (bits >> (64 - start_bits) != start >> (64 - start_bits))
		return -1;
	uint64_t slot = (bits >> (64 - length)) & ((1ull << free) - 1);
	uint64_t run = unmixed(slot >> RUN_BITS, free - RUN_BITS);
	uint64_t number = run << RUN_BITS | (slot & ((1 << RUN_BITS) - 1));
	return number < (uint64_t)count_of[length] ? first_of[length] + (int)number : -1;
}

int table_prefix(const struct table *table, int number, uint8_t *to)
{
	int length = table_length(table, number);
	uint64_t within = number - first_of[length];
	int free = length - start_bits;
	uint64_t slot = mixed(within >> RUN_BITS, free - RUN_BITS) << RUN_BITS | (within & ((1 << RUN_BITS) - 1));
	uint64_t bits = htobe64(start | slot << (64 - length));
	int size = (length + 7) / 8;
	to[0] = length;
	memcpy(to + 1, &bits, size);
	return 1 + size;
}
