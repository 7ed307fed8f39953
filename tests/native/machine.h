/* SPDX-License-Identifier: 0BSD
 *
 * machine.h - what the malloc of mm/ has from the program that it runs in.
 */
#ifndef NATIVE_MACHINE_H
#define NATIVE_MACHINE_H

#include <lib/types.h>

#define RAM_BYTES (1UL << 30)

/* Reserve the address ranges of <asm/mm_limits.h>: nothing of them has memory before it is written
 * to. Ends the program if they are taken. Context: once. */
void machine_init(void);

/* Boot mm/ on it, up to kmalloc(). Context: once, after machine_init(). */
void machine_boot(void);

/* @bytes of zeroes from the host, in whole pages, moved and made larger or smaller, and given back.
 * Return: NULL without memory. */
void *host_map(size_t bytes);
void *host_remap(void *at, size_t old_bytes, size_t bytes);
void host_unmap(void *at, size_t bytes);

/* malloc() failed, as POSIX wants it said. Return: NULL. */
void *host_no_memory(void);

/* For programs with threads: one of them at a time; and what fork() leaves is not locked. */
void host_lock(void);
void host_unlock(void);

#endif
