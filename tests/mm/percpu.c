/* SPDX-License-Identifier: 0BSD
 *
 * percpu.c - per-CPU variables: the same for all CPUs at first, and then each CPU's own.
 */
#include <mm/percpu.h>
#include <test/ktest.h>

static DEFINE_PER_CPU(unsigned int, sample) = 77;
static DEFINE_PER_CPU(u64, aligned) = 1;

KTEST(percpu, every_copy_begins_as_the_variable, SHORT)
{
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		kt_eq(per_cpu(sample, cpu), 77);
		kt_eq(per_cpu(aligned, cpu), 1);
		kt_eq((uintptr)&per_cpu(aligned, cpu) % _Alignof(u64), 0);
	}
}

KTEST(percpu, a_copy_changes_alone, SHORT)
{
	unsigned int cpu, other;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		per_cpu(sample, cpu) = 1;
		for (other = 0; other < NR_CPUS; other++)
			kt_eq(per_cpu(sample, other), other == cpu ? 1 : 77);
		per_cpu(sample, cpu) = 77;
	}
}

KTEST(percpu, this_cpu_is_one_of_them, SHORT)
{
	kt_true(smp_processor_id() < NR_CPUS);
	kt_ptr_eq(&this_cpu(sample), &per_cpu(sample, smp_processor_id()));
	kt_ptr_eq(&per_cpu(sample, 0), &per_cpu__sample);
}
