/* SPDX-License-Identifier: 0BSD
 *
 * crc32.c - lib/crc32.c against published values and against the polynomial, bit by bit.
 */
#include <lib/crc32.h>
#include <test/ktest.h>

KTEST(crc32, known_values, SHORT)
{
	static const u8 zeros[32], ones[4] = { 0xff, 0xff, 0xff, 0xff };

	kt_eq(crc32(0, "", 0), 0);
	kt_eq(crc32(0, "123456789", 9), 0xcbf43926u);
	kt_eq(crc32(0, "a", 1), 0xe8b7be43u);
	kt_eq(crc32(0, "The quick brown fox jumps over the lazy dog", 43), 0x414fa339u);
	kt_eq(crc32(0, zeros, sizeof(zeros)), 0x190a55adu);
	kt_eq(crc32(0, ones, sizeof(ones)), 0xffffffffu);
}

KTEST(crc32, in_pieces, SHORT)
{
	const char *text = "123456789";
	size_t cut;

	for (cut = 0; cut <= 9; cut++)
		kt_eq(crc32(crc32(0, text, cut), text + cut, 9 - cut), 0xcbf43926u);
}

/* The definition: divide by the polynomial one bit at a time. */
static u32 slow_crc32(const u8 *p, size_t len)
{
	u32 crc = ~0u;
	int bit;

	for (; len; len--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
	}
	return ~crc;
}

KTEST(crc32, random_blocks, SHORT)
{
	u8 block[64];
	size_t len, i;

	for (len = 0; len <= sizeof(block); len++) {
		for (i = 0; i < len; i++)
			block[i] = (u8)kt_random();
		kt_eq(crc32(0, block, len), slow_crc32(block, len));
	}
}
