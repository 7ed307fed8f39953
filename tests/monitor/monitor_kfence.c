/* SPDX-License-Identifier: 0BSD
 *
 * monitor_kfence.c - kfence, and what page and peek say of a guarded object.
 */
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "../mm/kfence_test.h"

static struct capture captured;

static int run_in(const char *line, bool panicked)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return monitor_run_to(&captured.out, line, panicked);
}

static void expect(const char *pattern, unsigned int nr)
{
	if (!kt_eq(capture_count(&captured, pattern), nr))
		kt_note("\"%s\" in \"%s\"", pattern, capture_text);
}

KTEST(monitor_kfence, is_switched_on_and_off, SHORT)
{
	KFENCE_BEGIN(0x10000);
	kt_eq(run_in("kfence 5", false), 0);
	kt_eq(kfence_interval, 5);
	expect("kfence: one of 5 slab allocations is guarded", 1);
	kt_eq(run_in("kfence", true), 0);
	expect("  pool: *K at *, * objects: * in use, * freed, * never used", 1);
	if (!kfence_was_there) {
		kt_eq(run_in("kfence 0; kfence", false), 0);
		expect("kfence: off", 2);
	}
	kfence_end();
}

KTEST(monitor_kfence, the_pool_stays_while_objects_are_in_use, SHORT)
{
	void *obj;

	KFENCE_BEGIN(1);
	obj = kmalloc(60, GFP_KERNEL);
	kt_eq(run_in("kfence 0", false), 0);
	expect("kfence: guarded objects are in use, so its pool stays", 1);
	expect("kfence: no more allocations are guarded", 1);
	kt_true(is_kfence_address(obj));
	kfree(obj);
	kfence_end();
}

KTEST(monitor_kfence, a_bad_word_is_one_line, SHORT)
{
	kt_eq(run_in("kfence x", false), -EINVAL);
	expect("kfence: \"x\" is no number from 0 to 2147483647", 1);
	kt_eq(run_in("kfence 1 2", false), -EINVAL);
	expect("kfence: expected at most 1 argument, got 2", 1);
	kt_eq(run_in("kfence 2147483648", false), -EINVAL);
	kt_eq(kfence_interval, 0);
}

static void run_at(const char *cmd, const char *obj)
{
	char line[40];

	snprintf(line, sizeof(line), "%s 0x%lx", cmd, (unsigned long)obj);
	run_in(line, false);
}

KTEST(monitor_kfence, page_and_peek_know_an_object, SHORT)
{
	char *obj;

	KFENCE_BEGIN(1);
	obj = kmalloc(60, GFP_KERNEL);
	run_at("page", obj + 3);
	expect("0x*: byte 3 of the 60 bytes at *, an object of cache size-64 that * allocated", 1);
	expect("guarded object *: 60 bytes at *, cache size-64, in use", 1);
	expect("allocated on CPU 0, *", 1);
	kfree(obj);
	run_at("page", obj + 3);
	expect("page: 0x* is no page frame number, and not mapped: byte 3 of the 60 bytes *", 1);
	expect("guarded object *: 60 bytes at *, cache size-64, freed", 1);
	expect("freed on CPU 0, *", 1);
	run_at("peek", obj);
	expect("peek: 0x* is not mapped: byte 0 of the 60 bytes at *, an object of cache *", 1);
	kfence_end();
}

/* By its number, too, whether it is mapped or not. */
KTEST(monitor_kfence, page_knows_the_page_of_an_object, SHORT)
{
	char *obj;

	KFENCE_BEGIN(1);
	obj = kmalloc(60, GFP_KERNEL);
	kfree(obj);
	run_at("page", (char *)(unsigned long)(virt_to_phys(obj) >> PAGE_SHIFT));
	expect("guarded object *: 60 bytes at *, cache size-64, freed", 1);
	kfence_end();
}
