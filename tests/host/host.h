/* SPDX-License-Identifier: 0BSD
 *
 * host.h - what host-only tests may use beyond ktest.h. The host's own headers stay out of them.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <lib/types.h>

/* From here on console text is kept instead of shown. A check that fails in between is not seen. */
void host_console_keep(void);

/* Console text is shown again. Return: what was kept. */
const char *host_console_kept(void);

/* How a line of the kernel log begins before there is a clock, and how it ends. */
#define STAMP "[    0.000000] "
#define NL    "\r\n"

/* What the console got from @statement is @want. */
#define check_console(statement, want)                \
	do {                                          \
		host_console_keep();                  \
		statement;                            \
		kt_str_eq(host_console_kept(), want); \
	} while (0)

/* Called from within panic(), where a port would print the call chain. */
void host_during_panic(void (*call)(void));

/* Watch memory_setup() through the hooks of @machine, for tests/host/memory_setup.c. */
struct machine_memory;
void host_watch(struct machine_memory *machine);

/* A window on @pages of the simulated physical memory from @pfn on, MAX_ORDER_NR_PAGES at most,
 * until the next call. */
void *machine_window(unsigned long pfn, unsigned long pages);

/* From here on arch_map_kernel() fails, as without memory for a page table. */
extern bool host_no_page_tables;

/* How often arch_flush_tlb_all() was called. */
extern unsigned long host_tlb_flushes;

/* Call @work on NR_CPUS threads at the same time, each of which is a CPU with interrupts off, and
 * wait for all of them. The checks of ktest.h are for one thread: @work notes what it finds. */
void host_on_each_cpu(void (*work)(void));

/* The host's vsnprintf() and its heap, where a sanitizer watches every byte. */
int host_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
void *host_alloc(size_t size);
void host_free(void *block);

#endif
