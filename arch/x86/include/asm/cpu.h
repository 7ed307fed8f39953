/* SPDX-License-Identifier: 0BSD
 *
 * cpu.h - control registers and the other single instructions that C has no word for.
 *
 * Bit names are those of the Intel SDM vol. 3, 2.5 (control registers). The plain numbers are
 * usable from assembly.
 */
#ifndef ASM_CPU_H
#define ASM_CPU_H

#define CR0_PE	0x00000001 /* protected mode */
#define CR0_WP	0x00010000 /* the kernel too obeys read-only pages */
#define CR0_PG	0x80000000
#define CR4_PSE 0x00000010 /* 4 MiB pages */
#define CR4_PGE 0x00000080 /* global pages */

#define CPUID_PSE   (1 << 3)
#define CPUID_TSC   (1 << 4)
#define CPUID_APIC  (1 << 9)
#define CPUID_PGE   (1 << 13)
#define CPUID_CMOV  (1 << 15)
#define CPUID_PAT   (1 << 16)
#define CPUID_CLFSH (1 << 19)

#define MSR_PAT 0x277

#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define TSS_MAIN  0x18
#define TSS_DF	  0x20 /* double faults */
#define TSS_DF2	  0x28 /* one in the report of the first */
#define USER_CS	  0x33 /* of ring 3, and so used with it */
#define USER_DS	  0x3B

#ifndef __ASSEMBLER__

#include <asm/io.h>
#include <lib/compiler.h>
#include <lib/types.h>

/* What LGDT and LIDT load. */
struct table_pointer {
	u16 limit;
	u32 base;
} __packed;

static inline unsigned long read_cr0(void)
{
	unsigned long value;

	__asm__ volatile("movl %%cr0, %0" : "=r"(value));
	return value;
}

static inline void write_cr0(unsigned long value)
{
	__asm__ volatile("movl %0, %%cr0" : : "r"(value) : "memory");
}

static inline unsigned long read_cr2(void)
{
	unsigned long value;

	__asm__ volatile("movl %%cr2, %0" : "=r"(value));
	return value;
}

static inline unsigned long read_cr3(void)
{
	unsigned long value;

	__asm__ volatile("movl %%cr3, %0" : "=r"(value));
	return value;
}

static inline void write_cr3(unsigned long value)
{
	__asm__ volatile("movl %0, %%cr3" : : "r"(value) : "memory");
}

static inline unsigned long read_cr4(void)
{
	unsigned long value;

	__asm__ volatile("movl %%cr4, %0" : "=r"(value));
	return value;
}

static inline void write_cr4(unsigned long value)
{
	__asm__ volatile("movl %0, %%cr4" : : "r"(value) : "memory");
}

static inline void invlpg(unsigned long va)
{
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/* Write the caches back and empty them. */
static inline void wbinvd(void)
{
	__asm__ volatile("wbinvd" : : : "memory");
}

/* Write the line at @addr back and drop it from the caches. Only with CPUID_CLFSH. */
static inline void clflush(const void *addr)
{
	__asm__ volatile("clflush (%0)" : : "r"(addr) : "memory");
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high << 32 | low;
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 value)
{
	__asm__ volatile("wrmsr" : : "a"((u32)value), "d"((u32)(value >> 32)), "c"(msr));
}

/* Of CPUID leaf 1: the feature bits in EDX, and EBX in *@ebx. */
static inline u32 cpuid_leaf_1(u32 *ebx)
{
	u32 eax = 1, ecx, edx;

	__asm__ volatile("cpuid" : "+a"(eax), "=b"(*ebx), "=c"(ecx), "=d"(edx));
	return edx;
}

static inline u32 cpuid_features(void)
{
	u32 ebx;

	return cpuid_leaf_1(&ebx);
}

/* The number of this CPU's local APIC: that of 32 bits where leaf 0xB knows it (SDM vol. 2A,
 * CPUID), else that of leaf 1. */
static inline u32 cpuid_apic_id(void)
{
	u32 highest = 0, eax = 0xb, ebx, ecx = 0, edx;

	__asm__ volatile("cpuid" : "+a"(highest), "=b"(ebx), "+c"(ecx), "=d"(edx));
	if (highest >= eax) {
		ecx = 0;
		__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
		if (ebx & 0xffff)
			return edx;
	}
	cpuid_leaf_1(&ebx);
	return ebx >> 24;
}

/* Bytes of a cache line, by these two registers of leaf 1: EBX has what clflush drops at once, in
 * 8 bytes. A CPU without clflush is at most a Pentium III, with lines of 32 bytes; one that has it
 * and names no size that can be is a later one, with 64. */
static inline unsigned int cpuid_cache_line(u32 features, u32 ebx)
{
	unsigned int bytes = (ebx >> 8 & 0xff) * 8;

	if (!(features & CPUID_CLFSH))
		return 32;
	return bytes >= 32 && !(bytes & (bytes - 1)) ? bytes : 64;
}

#endif
#endif
