/* SPDX-License-Identifier: 0BSD
 *
 * ring.c - a queue of bytes keeps their order, all of them, and says when it is full.
 */
#include <lib/ring.h>
#include <test/ktest.h>

KTEST(ring, bytes_come_out_as_they_went_in, SHORT)
{
	struct byte_ring ring = { 0 };
	unsigned int round;

	for (round = 0; round < 1000; round++) {
		kt_eq(ring_get(&ring), -1);
		ring_put(&ring, (u8)round);
		ring_put(&ring, 0xff);
		kt_eq(ring_get(&ring), (u8)round);
		kt_eq(ring_get(&ring), 0xff);
	}
}

KTEST(ring, it_holds_255, SHORT)
{
	struct byte_ring ring = { .in = 77, .out = 77 };
	unsigned int i;

	for (i = 0; i < 255; i++) {
		kt_false(ring_is_full(&ring));
		ring_put(&ring, (u8)i);
	}
	kt_true(ring_is_full(&ring));
	for (i = 0; i < 255; i++)
		kt_eq(ring_get(&ring), i);
	kt_eq(ring_get(&ring), -1);
}
