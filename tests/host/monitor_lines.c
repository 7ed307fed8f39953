/* SPDX-License-Identifier: 0BSD
 *
 * monitor_lines.c - tens of thousands of random lines for the monitor, under sanitizers.
 */
#include <test/ktest.h>

#include "../monitor/typist.h"

KTEST(monitor_random, nor_can_many_lines, LONG)
{
	static struct typist typist;

	typist_start(&typist);
	typist_type_at_random(&typist, 30000);
	typist_end(&typist);
}
