/* SPDX-License-Identifier: 0BSD
 *
 * crc32.c - CRC-32 of IEEE 802.3, four bits at a time.
 *
 * Entry n of the table is the remainder of the four bits n; 64 bytes instead of the usual kilobyte,
 * for half the speed. The register is kept inverted between calls by the two complements.
 */
#include <lib/crc32.h>

static const u32 crc_of_nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

u32 crc32(u32 crc, const void *data, size_t len)
{
	const u8 *p = data;

	for (crc = ~crc; len; len--) {
		crc ^= *p++;
		crc = (crc >> 4) ^ crc_of_nibble[crc & 15];
		crc = (crc >> 4) ^ crc_of_nibble[crc & 15];
	}
	return ~crc;
}
