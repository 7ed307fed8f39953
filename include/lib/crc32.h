/* SPDX-License-Identifier: 0BSD
 *
 * crc32.h - the CRC-32 of IEEE 802.3 (polynomial 0xEDB88320 reflected), "123456789" = 0xCBF43926.
 */
#ifndef LIB_CRC32_H
#define LIB_CRC32_H

#include <lib/types.h>

/* CRC of @len bytes; start with @crc 0, go on with the previous result. */
u32 crc32(u32 crc, const void *data, size_t len);

#endif
