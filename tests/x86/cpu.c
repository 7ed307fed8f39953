/* SPDX-License-Identifier: 0BSD
 *
 * cpu.c - what is read out of CPUID.
 */
#include <asm/cpu.h>
#include <mm/arch_api.h>
#include <test/ktest.h>

static const struct line_case {
	const char *what;
	u32 features, ebx;
	unsigned int bytes;
} line_cases[] = {
	{ "Pentium III", 0, 0, 32 },
	{ "no clflush, and something in the field", 0, 0x800, 32 },
	{ "Pentium M and later", CPUID_CLFSH, 0x01020800, 64 },
	{ "lines of 32 bytes", CPUID_CLFSH, 0x400, 32 },
	{ "lines of 128 bytes", CPUID_CLFSH, 0x1000, 128 },
	{ "clflush of nothing", CPUID_CLFSH, 0, 64 },
	{ "no power of two", CPUID_CLFSH, 0x600, 64 },
	{ "smaller than any", CPUID_CLFSH, 0x200, 64 },
};

KTEST(cpu, cache_line_by_cpuid, SHORT)
{
	const struct line_case *c;

	for_each_case (c, line_cases) {
		kt_case(c->what);
		kt_eq(cpuid_cache_line(c->features, c->ebx), c->bytes);
	}
	kt_case(NULL);
	kt_true(arch_cache_line() >= 32 && !(arch_cache_line() & (arch_cache_line() - 1)));
}
