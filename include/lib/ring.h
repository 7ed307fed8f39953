/* SPDX-License-Identifier: 0BSD
 *
 * ring.h - a queue of bytes between an interrupt's handler and who reads it later (header only).
 *
 * Zeroed to start. Locking: the caller's; interrupts off on one CPU.
 */
#ifndef LIB_RING_H
#define LIB_RING_H

#include <lib/types.h>

/* The indices go round by themselves; one place stays empty, so that full and empty differ. */
struct byte_ring {
	u8 in, out;
	u8 bytes[256];
};

static inline bool ring_is_full(const struct byte_ring *ring)
{
	return (u8)(ring->in + 1) == ring->out;
}

/* Context: @ring is not full. */
static inline void ring_put(struct byte_ring *ring, u8 byte)
{
	ring->bytes[ring->in++] = byte;
}

/* Return: the oldest byte, which is taken out; -1 if there is none. */
static inline int ring_get(struct byte_ring *ring)
{
	return ring->in == ring->out ? -1 : ring->bytes[ring->out++];
}

#endif
