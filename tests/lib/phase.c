/* SPDX-License-Identifier: 0BSD
 *
 * phase.c - the phases of this boot, as a listener heard them, and what a listener is told.
 */
#include <lib/format.h>
#include <lib/phase.h>
#include <lib/string.h>
#include <test/ktest.h>

/* Up to kmalloc(): the tests themselves begin bootmem anew. */
static unsigned int began[PHASE_SLAB + 1], nr_backward;
static enum boot_phase last_phase;

static char last_words[40];

static void remember_phase(enum boot_phase phase)
{
	bool has_steps = phase == PHASE_BOOTMEM_RAM || phase == PHASE_BOOTMEM_LEDGER;

	if (!has_steps || phase != last_phase)
		began[phase]++;
	nr_backward += phase < last_phase;
	last_phase = phase;
}

static void remember(enum boot_phase phase, const char *fmt, va_list ap)
{
	if (!began[PHASE_SLAB])
		remember_phase(phase);
	vsnprintf(last_words, sizeof(last_words), fmt, ap);
}
BOOT_LISTENER(remember);

KTEST(phase, each_comes_once_and_in_order, SHORT)
{
	unsigned int phase;

	kt_eq(nr_backward, 0);
	for (phase = 0; phase <= PHASE_SLAB; phase++) {
		kt_case(boot_phase_name(phase));
		if (phase == PHASE_USER || phase == PHASE_PAGING) /* not in every boot */
			kt_true(began[phase] <= 1);
		else
			kt_eq(began[phase], 1);
	}
}

KTEST(phase, a_listener_gets_the_words, SHORT)
{
	boot_phase(PHASE_TESTS, "%s has %d words", "this", 4);
	kt_str_eq(last_words, "this has 4 words");
}

KTEST(phase, each_has_a_name, SHORT)
{
	unsigned int phase, other;

	for (phase = 0; phase < NR_BOOT_PHASES; phase++) {
		kt_assert(boot_phase_name(phase));
		for (other = 0; other < phase; other++)
			kt_true(strcmp(boot_phase_name(phase), boot_phase_name(other)) != 0);
	}
}
