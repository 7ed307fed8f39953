/* SPDX-License-Identifier: 0BSD
 *
 * percpu.h - variables of which each CPU has a copy of its own (Linux's names; Love, chapter 12).
 *
 *	static DEFINE_PER_CPU(unsigned long, nr_faults);
 *	this_cpu(nr_faults)++;                            interrupts off, or not migrating
 *	sum += per_cpu(nr_faults, cpu);
 *
 * The variables lie in one section, which is CPU 0's copy; setup_per_cpu_areas() makes those of the
 * others, and an offset leads from a variable to its copy. With NR_CPUS 1 they are plain variables:
 * no section, no offset, no number of a CPU to ask for.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include <mm/arch_api.h>

#if NR_CPUS == 1
#define PER_CPU_SECTION
#define per_cpu_offset(cpu) ((void)(cpu), 0UL)
#else
/* A name in C, so that any linker script has __start_percpu and __stop_percpu. */
#define PER_CPU_SECTION	    __section("percpu")
#define per_cpu_offset(cpu) (__per_cpu_offset[cpu])
extern unsigned long __per_cpu_offset[NR_CPUS]; /* written by setup_per_cpu_areas() */
#endif

#define DEFINE_PER_CPU(type, name)  PER_CPU_SECTION __typeof__(type) per_cpu__##name
#define DECLARE_PER_CPU(type, name) extern PER_CPU_SECTION __typeof__(type) per_cpu__##name

/* @name of @cpu, as an lvalue; 0 <= @cpu < NR_CPUS, each evaluated once. */
#define per_cpu(name, cpu) \
	(*(__typeof__(&per_cpu__##name))((uintptr)&per_cpu__##name + per_cpu_offset(cpu)))

/* @name of the running CPU. Context: whoever uses it must not come to run on another CPU, nor be
 * interrupted by somebody who changes it. */
#define this_cpu(name) per_cpu(name, smp_processor_id())

/* Make the copies of the other CPUs, as CPU 0's is now. Context: the boot, before another CPU runs;
 * free_area_init_nodes() does it. Stops if the copies have no room. */
#if NR_CPUS == 1
static inline void setup_per_cpu_areas(void)
{
}
#else
void setup_per_cpu_areas(void) __init;
#endif

#endif
