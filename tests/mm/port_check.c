/* SPDX-License-Identifier: 0BSD
 *
 * port_check.c - the port that runs these tests keeps what it promises (scripts/test/port-test has
 * those that do not).
 */
#include <mm/port_check.h>
#include <mm/watermark.h>
#include <test/ktest.h>

KTEST(port_check, this_port_is_right, SHORT)
{
	mm_port_check();
}

KTEST(port_check, interrupts_on_and_off, SHORT)
{
	unsigned long flags = local_irq_save();

	mm_port_check_interrupts(false);
	local_irq_restore(flags);
	mm_port_check_interrupts(!irqs_disabled());
}

KTEST(port_check, stop_irqs_disabled_says_otherwise, STOP)
{
	kt_expect_stop("BUG: mm_port_check_interrupts: irqs_disabled() says");
	mm_port_check_interrupts(irqs_disabled());
}

KTEST(port_check, stop_without_a_reserve, STOP)
{
	totalreserve_pages = 0;
	kt_expect_stop("init_per_zone_pages_min() was not called at the end");
	mm_port_check();
}
