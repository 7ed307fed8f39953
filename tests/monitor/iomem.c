/* SPDX-License-Identifier: 0BSD
 *
 * iomem.c - the memory map as Linux's /proc/iomem shows it.
 */
#include <boot/monitor/iomem.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "../firmware/boot_scratch.h"

static char text[1024];
static struct capture captured;

static void __init set_map(const struct e820_region *region, unsigned int nr)
{
	scratch.map.nr = nr;
	memcpy(scratch.map.region, region, nr * sizeof(*region));
}

static void __init show(const struct iomem_part *part, unsigned int nr)
{
	capture_init(&captured, text, sizeof(text));
	iomem_show(&captured.out, &scratch.map, part, nr);
}

/* What Linux 6.1 prints on qemu-system-i386 -m 3072M, its devices left out. */
KTEST_BOOT(iomem, as_linux_on_the_same_machine)
{
	static const struct e820_region qemu[] = {
		{ 0x0, 0x9FBFF, E820_RAM },
		{ 0x9FC00, 0x9FFFF, E820_RESERVED },
		{ 0xF0000, 0xFFFFF, E820_RESERVED },
		{ 0x100000, 0xBFFDFFFF, E820_RAM },
		{ 0xBFFE0000, 0xBFFFFFFF, E820_RESERVED },
		{ 0xFFFC0000, 0xFFFFFFFF, E820_RESERVED },
	};
	static const struct iomem_part parts[] = {
		{ "Kernel data", 0x1C39000, 0x1D70BBF },
		{ "Kernel code", 0x1000000, 0x191BC7F },
	};

	set_map(qemu, ARRAY_SIZE(qemu));
	show(parts, ARRAY_SIZE(parts));
	kt_str_eq(text, "00000000-00000fff : Reserved\n"
			"00001000-0009fbff : System RAM\n"
			"0009fc00-0009ffff : Reserved\n"
			"000f0000-000fffff : Reserved\n"
			"00100000-bffdffff : System RAM\n"
			"  01000000-0191bc7f : Kernel code\n"
			"  01c39000-01d70bbf : Kernel data\n"
			"bffe0000-bfffffff : Reserved\n"
			"fffc0000-ffffffff : Reserved\n");
}

KTEST_BOOT(iomem, types_have_linux_names)
{
	static const struct e820_region all[] = {
		{ 0x100000, 0x1FFFFF, E820_ACPI },
		{ 0x200000, 0x2FFFFF, E820_NVS },
		{ 0x300000, 0x3FFFFF, E820_UNUSABLE },
		{ 0x400000, 0x4FFFFF, E820_PMEM },
		{ 0x500000, 0x5FFFFF, 20 },
		{ 0x100000000, ~0ULL, E820_RAM },
	};

	set_map(all, ARRAY_SIZE(all));
	show(NULL, 0);
	kt_str_eq(text, "00100000-001fffff : ACPI Tables\n"
			"00200000-002fffff : ACPI Non-volatile Storage\n"
			"00300000-003fffff : Unusable memory\n"
			"00400000-004fffff : Persistent Memory\n"
			"00500000-005fffff : Unknown E820 type\n"
			"100000000-ffffffffffffffff : System RAM\n");
}

/* Page 0 is taken only where it is RAM, and joins what is reserved behind it; RAM between 640K and
 * 1M is left out, on both sides of the window and all around it. */
KTEST_BOOT(iomem, page_0_and_the_window_at_640k)
{
	static const struct e820_region around[] = { { 0, 0xFFFFFFF, E820_RAM } };
	static const struct e820_region inside[] = {
		{ 0, 0x7FF, E820_RAM },
		{ 0x800, 0x1FFF, E820_RESERVED },
		{ 0xA0000, 0xAFFFF, E820_RAM },
		{ 0xF8000, 0x1FFFFF, E820_RAM },
	};
	static const struct e820_region hole[] = { { 0x800, 0xFFF, E820_ACPI } };

	set_map(around, ARRAY_SIZE(around));
	show(NULL, 0);
	kt_str_eq(text, "00000000-00000fff : Reserved\n"
			"00001000-0009ffff : System RAM\n"
			"00100000-0fffffff : System RAM\n");
	set_map(inside, ARRAY_SIZE(inside));
	show(NULL, 0);
	kt_str_eq(text, "00000000-00001fff : Reserved\n"
			"00100000-001fffff : System RAM\n");
	set_map(hole, ARRAY_SIZE(hole));
	show(NULL, 0);
	kt_str_eq(text, "00000800-00000fff : ACPI Tables\n");
}

/* A part is shown where a region holds it whole, in the order of addresses. */
KTEST_BOOT(iomem, parts_lie_in_their_regions)
{
	static const struct e820_region two[] = {
		{ 0x100000, 0x1FFFFF, E820_RAM },
		{ 0x200000, 0x2FFFFF, E820_RESERVED },
	};
	static const struct iomem_part parts[] = {
		{ "b", 0x1FF000, 0x1FFFFF },
		{ "over the border", 0x1FE000, 0x2000FF },
		{ "a", 0x100000, 0x100000 },
		{ "c", 0x2FFFFF, 0x2FFFFF },
		{ "behind it all", 0x300000, 0x300000 },
	};

	set_map(two, ARRAY_SIZE(two));
	show(parts, ARRAY_SIZE(parts));
	kt_str_eq(text, "00100000-001fffff : System RAM\n"
			"  00100000-00100000 : a\n"
			"  001ff000-001fffff : b\n"
			"00200000-002fffff : Reserved\n"
			"  002fffff-002fffff : c\n");
}

KTEST_BOOT(iomem, no_map_is_no_line)
{
	set_map(NULL, 0);
	show(NULL, 0);
	kt_str_eq(text, "");
}
