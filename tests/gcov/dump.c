/* SPDX-License-Identifier: 0BSD
 *
 * dump.c - the counters of a kernel built for coverage, sent out when it ends.
 *
 * 1. Concepts  `--coverage -fprofile-info-section` makes the compiler put one pointer for each
 *              object into .gcov_info; libgcov turns what it points to into the contents of a .gcda
 *              file, without a file system (gcc manual, "Freestanding environments").
 * 2. Hook      The link wraps machine_exit(), so that product code knows nothing of this. A panic
 *              ends there too; a boot that ends otherwise sends nothing.
 * 3. Format    On QEMU's debug port, for each object: a record with the file's name, then records
 *              with its contents. A record is a 32-bit length, then as many bytes. Before a name
 *              stands a record of length 0. scripts/mmkit/gcov_stream.py reads it.
 */
#include <asm/cpu.h>
#include <asm/machine.h>
#include <lib/bug.h>
#include <lib/string.h>

#include <gcov.h>

#define DEBUG_PORT 0xE9 /* QEMU's isa-debugcon */

void __wrap_machine_exit(u8 value) __noreturn;
void __real_machine_exit(u8 value) __noreturn;
void abort(void) __noreturn;

static void send(const void *data, unsigned int len)
{
	const u8 *byte = data;

	while (len--)
		outb(DEBUG_PORT, *byte++);
}

static void send_record(const void *data, unsigned int len, void *arg __unused)
{
	send(&len, sizeof(len));
	send(data, len);
}

static void send_name(const char *name, void *arg __unused)
{
	send_record(NULL, 0, NULL);
	send_record(name, (unsigned int)strlen(name), NULL);
}

/* What libgcov calls, and the pointers to merge functions that objects hold, belong to files and
 * to value profiles. There is neither here: the link leads all of them to this function. */
void abort(void)
{
	panic("gcov: a part of libgcov ran that coverage does not need");
}

void __wrap_machine_exit(u8 value)
{
	extern const struct gcov_info *const gcov_info_start[], *const gcov_info_end[];
	const struct gcov_info *const *info;

	for (info = gcov_info_start; info < gcov_info_end; info++)
		__gcov_info_to_gcda(*info, send_name, send_record, NULL, NULL);
	__real_machine_exit(value);
}
