/* SPDX-License-Identifier: 0BSD
 *
 * module.c - a trace as a boot module: finding it by name, reading it wherever it lies.
 *
 * QEMU gives a module's path as typed and its arguments, GRUB only the arguments. So a module has
 * the name NAME if a word of its string is NAME or ends in /NAME; a single module with an empty
 * string has every name. Words are those of a command line: GRUB puts one with a blank in quotes.
 */
#include "replay.h"

#include <asm/cpu.h>
#include <asm/setup.h>
#include <asm/tsc.h>
#include <boot/boot.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/out.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/highmem.h>

#include "module.h"

static const char *trace_name; /* `trace=`; NULL: not given */

static int __init set_trace(const char *value)
{
	if (!value || !*value)
		return -EINVAL;
	trace_name = value;
	return 0;
}
KERNEL_PARAM(trace, "trace", set_trace);

bool module_has_name(const char *string, const char *name)
{
	char word[BOOT_STRING_SIZE], *end;
	size_t len = strlen(name);

	while ((end = cmdline_next_word(&string, word))) {
		size_t word_len = (size_t)(end - word);

		if (word_len >= len && !strcmp(end - len, name) &&
		    (word_len == len || end[-(int)len - 1] == '/'))
			return true;
	}
	return false;
}

static const struct boot_module *find_module(const char *name)
{
	unsigned int i;

	if (boot_info.nr_modules == 1 && !boot_info.modules[0].string[0])
		return &boot_info.modules[0];
	for (i = 0; i < boot_info.nr_modules; i++)
		if (module_has_name(boot_info.modules[i].string, name))
			return &boot_info.modules[i];
	return NULL;
}

/* Page by page through a kmap slot, so that a module in HighMem can be read too. */
static size_t read_module(const struct trace_source *source, u64 offset, char *buf, size_t len)
{
	const struct boot_module *module = source->data;
	phys_addr_t at = module->start + offset;
	size_t in_page = PAGE_SIZE - (size_t)(at & (PAGE_SIZE - 1));
	char *page;

	if (at >= module->end)
		return 0;
	len = min(len, in_page);
	len = min(len, (size_t)(module->end - at));
	page = kmap_atomic(pfn_to_page(PFN_DOWN(at)));
	memcpy(buf, page + (at & (PAGE_SIZE - 1)), len);
	kunmap_atomic(page);
	return len;
}

static int replay_module(const char *name, struct out *out)
{
	struct trace_source source = { .read = read_module };
	const struct boot_module *module = find_module(name);

	if (!module) {
		out_printf(out, "trace: no boot module has the name \"%s\"\n", name);
		return -ENOENT;
	}
	if (!module_can_be_read(module)) {
		out_printf(out,
			   "trace: the module at 0x%08llx-0x%08llx cannot be used: it lies outside "
			   "the RAM in force or over the kernel image\n",
			   module->start, module->end - 1);
		return -EINVAL;
	}
	if (tsc_counts_instructions())
		source.ticks = rdtsc;
	source.data = module;
	source.size = module->end - module->start;
	return trace_replay(name, &source, out);
}

void trace_run(void)
{
	if (trace_name && replay_module(trace_name, &console_out))
		boot_fail("trace: %s failed", trace_name);
}

static int cmd_trace(struct out *out, int argc, char **argv)
{
	if (argc != 2) {
		out_printf(out, "trace: expected 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	return replay_module(argv[1], out);
}
MONITOR_CMD(
	trace, "NAME", 0, "replay the trace in a boot module", cmd_trace, .group = MON_CHECK,
	.more = "NAME is a word of the module's string, or the last part of a path in it. Every\n"
		"event is replayed, all contents are checked, everything comes home.\n"
		"Example: trace short.txt\n");
