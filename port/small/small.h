/* SPDX-License-Identifier: 0BSD
 *
 * small.h - the small kernel: its own log, its own idea of memory.
 */
#ifndef SMALL_H
#define SMALL_H

#include <mm/mm_init.h>

#define MAX_RANGES 64

/* What the kernel knows of memory when it calls mmport_start(). */
struct memory {
	struct mem_reservation ram[MAX_RANGES], reserved[MAX_RANGES];
	unsigned int nr_ram, nr_reserved;
};

extern char image_start[], image_end[];

/* printf.c: as the C library's, without floating point; %p has all digits. */
int vsprint(void (*put)(char c), const char *fmt, va_list ap);

/* wrong.c: Make the mistake of that name, if it is one, in @memory or in the machine. Return: it
 * was one in the sequence of calls, which has been gone through instead of mmport_start(). */
bool make_mistake(const char *name, struct memory *memory);

/* window/window.c, if it is there: the same of mistakes that are in headers. */
__weak void make_port_mistake(const char *name);

/* paging.c: Map all of lowmem where phys_to_virt() says, but for a mistake from 8 MiB on. */
enum paging_mistake { PAGING_RIGHT, PAGING_8_MIB, PAGING_READ_ONLY, PAGING_ALIAS, PAGING_SHIFTED };
void start_paging(enum paging_mistake mistake);

/* window.c of each width: Map page frame @pfn at @va, an address in the window of mem_map. */
void map_page(unsigned long va, unsigned long pfn, bool writable);

/* kernel.c: What is wrong with its functions of memory. */
enum memory_mistake {
	MEMORY_RIGHT,
	MEMSET_RETURNS_NOTHING,
	MEMCPY_RETURNS_NOTHING,
	MEMMOVE_RETURNS_NOTHING,
	MEMMOVE_IS_MEMCPY,
};
extern enum memory_mistake memory_mistake;

/* Write a byte to a port of the machine. */
static inline void out8(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline u8 in8(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* Are the words at @a and @b, up to a blank or the end, the same? */
bool same_word(const char *a, const char *b);

#endif
