/* SPDX-License-Identifier: 0BSD
 *
 * smp.h - the CPUs of the host port: each thread says which one it is, and a test may change that.
 */
#ifndef ASM_SMP_H
#define ASM_SMP_H

extern __thread unsigned int host_cpu;

static inline unsigned int smp_processor_id(void)
{
	return host_cpu;
}

#endif
