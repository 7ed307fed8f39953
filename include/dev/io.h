/* SPDX-License-Identifier: 0BSD
 *
 * io.h - how a driver reaches its device: ports (inb() to outl()), and registers in memory.
 *
 * What ioremap() (mm/vmalloc.h) returned is read and written with one access of exactly that width,
 * in the order of the program; what is mapped write-combining may be gathered, and is out when
 * memory that is not cached, or a port, was accessed behind it (Intel SDM vol. 3, 11.3.1).
 * Context: any.
 */
#ifndef DEV_IO_H
#define DEV_IO_H

#include <asm/io.h>
#include <lib/types.h>

static inline u8 readb(const volatile void *addr)
{
	return *(const volatile u8 *)addr;
}

static inline void writeb(u8 value, volatile void *addr)
{
	*(volatile u8 *)addr = value;
}

static inline u16 readw(const volatile void *addr)
{
	return *(const volatile u16 *)addr;
}

static inline void writew(u16 value, volatile void *addr)
{
	*(volatile u16 *)addr = value;
}

static inline u32 readl(const volatile void *addr)
{
	return *(const volatile u32 *)addr;
}

static inline void writel(u32 value, volatile void *addr)
{
	*(volatile u32 *)addr = value;
}

#endif
