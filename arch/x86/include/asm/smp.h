/* SPDX-License-Identifier: 0BSD
 *
 * smp.h - which CPU this is; for kernels that are built for several of them (NR_CPUS).
 *
 * The other processors of the machine are never started, so far: the one that runs is CPU 0.
 */
#ifndef ASM_SMP_H
#define ASM_SMP_H

static inline unsigned int smp_processor_id(void)
{
	return 0;
}

#endif
