/* SPDX-License-Identifier: 0BSD
 *
 * percpu.c - the copies of the per-CPU variables (percpu.h has the theory).
 *
 * They are static, of a size with room to spare: then they need no allocator, cannot fail for want
 * of memory, and may be used before there is any. Nothing of this exists with one CPU.
 */
#include <mm/percpu.h>
#include "pcp.h"

#if NR_CPUS > 1

#define PER_CPU_BYTES (2048 + sizeof(struct per_cpu_pages) * MAX_ZONES)

extern char __start_percpu[], __stop_percpu[]; /* by the linker: CPU 0's copy */

static char copies[NR_CPUS - 1][PER_CPU_BYTES] __aligned(SMP_CACHE_BYTES);

unsigned long __per_cpu_offset[NR_CPUS];

void __init setup_per_cpu_areas(void)
{
	size_t bytes = (size_t)(__stop_percpu - __start_percpu);
	unsigned int cpu;

	mm_bug_on(bytes > PER_CPU_BYTES, "%zu bytes of variables, %zu of room (PER_CPU_BYTES)",
		  bytes, PER_CPU_BYTES);
	for (cpu = 1; cpu < NR_CPUS; cpu++) {
		memcpy(copies[cpu - 1], __start_percpu, bytes);
		__per_cpu_offset[cpu] = (uintptr)copies[cpu - 1] - (uintptr)__start_percpu;
	}
}

#endif
