/* SPDX-License-Identifier: 0BSD
 *
 * wrong.c - ways to get a port wrong, by the names that scripts/test/port-test boots them with.
 * Each must stop with a sentence that says where to look.
 */
#include <lib/align.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/port_check.h>
#include <mm/slab.h>
#include <mm/watermark.h>
#include "small.h"

static struct memory *memory; /* in which the mistake is made */

/* --- ranges ---------------------------------------------------------------------------------- */

static void turn_round(struct mem_reservation *r)
{
	*r = (struct mem_reservation){ r->last, r->start };
}

static void swap_ram(void)
{
	struct mem_reservation first = memory->ram[0];

	memory->ram[0] = memory->ram[1];
	memory->ram[1] = first;
}

static void no_ram(void)
{
	memory->nr_ram = 0;
}

static void ram_reversed(void)
{
	turn_round(&memory->ram[1]);
}

static void ram_empty(void)
{
	memory->ram[1].last = memory->ram[1].start - 1;
}

static void ram_overlaps(void)
{
	memory->ram[0].last = memory->ram[1].start + PAGE_SIZE - 1;
}

static void ram_twice(void)
{
	memory->ram[2] = memory->ram[1];
	memory->nr_ram = 3;
}

static void ram_starts_in_a_page(void)
{
	memory->ram[1].start += 0x400;
}

static void ram_ends_in_a_page(void)
{
	memory->ram[0].last -= 0x400;
}

static void ram_end_exclusive(void)
{
	memory->ram[1].last++;
}

static void ram_is_not_there(void)
{
	memory->ram[1].last += 16 << 20;
}

static void ram_with_devices(void)
{
	memory->ram[0].last = memory->ram[1].start - 1;
}

static void nothing_reserved(void)
{
	memory->nr_reserved = 0;
}

static void reserved_reversed(void)
{
	turn_round(&memory->reserved[0]);
}

static void reserved_without_bss(void)
{
	memory->reserved[0].last = memory->reserved[0].start + 2 * PAGE_SIZE;
}

static void reserved_elsewhere(void)
{
	memory->reserved[0].start += 16 << 20;
	memory->reserved[0].last += 16 << 20;
}

static void all_reserved(void)
{
	memory->reserved[1] = (struct mem_reservation){ 0, ~0ULL };
	memory->nr_reserved = 2;
}

static void add_ram(phys_addr_t start, phys_addr_t last)
{
	memory->ram[memory->nr_ram++] = (struct mem_reservation){ start, last };
}

static void ram_above_the_direct_map(void)
{
	add_ram(PFN_PHYS(ZONE_NORMAL_END_PFN), PFN_PHYS(ZONE_NORMAL_END_PFN) + (16 << 20) - 1);
}

static void no_low_ram(void)
{
	memory->nr_ram = 0;
	ram_above_the_direct_map();
}

static void low_ram_reserved(void)
{
	ram_above_the_direct_map();
	memory->reserved[0] = (struct mem_reservation){ 0, PFN_PHYS(ZONE_NORMAL_END_PFN) - 1 };
}

static void ram_of_8_pages(void)
{
	memory->nr_ram = 0;
	add_ram(16 << 20, (16 << 20) + 8 * PAGE_SIZE - 1);
}

static void ram_up_to_2_64(void)
{
	add_ram(1ULL << 40, ~0ULL);
}

/* --- calls of mmport_start() ------------------------------------------------------------------ */

static void start(const struct mem_reservation *ram)
{
	mmport_start(ram, memory->nr_ram, memory->reserved, memory->nr_reserved);
}

static void *behind_the_image(void)
{
	return phys_to_virt(ALIGN_UP(virt_to_phys(image_end), PAGE_SIZE));
}

static void ram_in_free_memory(void)
{
	start(memcpy(behind_the_image(), memory->ram, sizeof(memory->ram)));
}

static void reserved_in_free_memory(void)
{
	mmport_start(memory->ram, memory->nr_ram,
		     memcpy(behind_the_image(), memory->reserved, sizeof(memory->reserved)),
		     memory->nr_reserved);
}

static void started_twice(void)
{
	start(memory->ram);
}

/* --- what compilers call, too ----------------------------------------------------------------- */

static void memset_returns_nothing(void)
{
	memory_mistake = MEMSET_RETURNS_NOTHING;
}

static void memcpy_returns_nothing(void)
{
	memory_mistake = MEMCPY_RETURNS_NOTHING;
}

static void memmove_returns_nothing(void)
{
	memory_mistake = MEMMOVE_RETURNS_NOTHING;
}

static void memmove_is_memcpy(void)
{
	memory_mistake = MEMMOVE_IS_MEMCPY;
}

/* --- page tables ----------------------------------------------------------------------------- */

static void paging_right(void)
{
	start_paging(0);
}

static void paging_of_8_mib(void)
{
	start_paging(PAGING_8_MIB);
}

static void paging_read_only(void)
{
	start_paging(PAGING_READ_ONLY);
}

static void paging_alias(void)
{
	start_paging(PAGING_ALIAS);
}

static void paging_shifted(void)
{
	start_paging(PAGING_SHIFTED);
}

/* --- what the processor reads ----------------------------------------------------------------- */

struct table_register {
	u16 limit;
	unsigned long base;
} __packed;

/* The page of the image at @phys is not reserved. */
static void leave_out(phys_addr_t phys)
{
	memory->reserved[1] = memory->reserved[0];
	memory->reserved[0].last = ALIGN_DOWN(phys, PAGE_SIZE) - 1;
	memory->reserved[1].start = ALIGN_DOWN(phys, PAGE_SIZE) + PAGE_SIZE;
	memory->nr_reserved = 2;
}

static const u64 *page_table_root(void)
{
	unsigned long cr3;

	start_paging(0);
	__asm__("mov %%cr3, %0" : "=r"(cr3));
	return phys_to_virt(cr3);
}

static void root_not_reserved(void)
{
	leave_out(virt_to_phys(page_table_root()));
}

/* The one of the last entry: in 32 bits there is none. */
static void page_table_not_reserved(void)
{
	leave_out(page_table_root()[511]);
}

static void gdt_not_reserved(void)
{
	struct table_register gdt;

	__asm__("sgdt %0" : "=m"(gdt));
	leave_out(virt_to_phys((const void *)gdt.base));
}

static void idt_not_reserved(void)
{
	const struct table_register idt = { 255, (unsigned long)behind_the_image() };

	__asm__("lidt %0" : : "m"(idt));
}

/* --- the sequence of calls, by hand ---------------------------------------------------------- */

static unsigned long low_end(void)
{
	return PFN_DOWN(memory->ram[memory->nr_ram - 1].last + 1);
}

static void step_init_bootmem(void)
{
	init_bootmem(PFN_UP(virt_to_phys(image_end)), low_end());
}

static void step_free_bootmem(void)
{
	unsigned int i;

	for (i = 0; i < memory->nr_ram; i++)
		free_bootmem(memory->ram[i].start, memory->ram[i].last - memory->ram[i].start + 1);
}

static void step_reserve_bootmem(void)
{
	reserve_bootmem(memory->reserved[0].start,
			memory->reserved[0].last - memory->reserved[0].start + 1);
	reserve_bootmem(0, PAGE_SIZE);
}

static void step_add_active_range(void)
{
	unsigned int i;

	for (i = 0; i < memory->nr_ram; i++)
		add_active_range(0, PFN_DOWN(memory->ram[i].start),
				 PFN_DOWN(memory->ram[i].last + 1));
}

static void zones_up_to(unsigned long dma, unsigned long normal)
{
	const unsigned long ends[MAX_NR_ZONES] = { dma, normal };

	free_area_init_nodes(ends);
}

static void step_free_area_init_nodes(void)
{
	zones_up_to(ZONE_DMA_END_PFN, low_end());
}

static void step_zone_normal_0(void)
{
	zones_up_to(ZONE_DMA_END_PFN, 0);
}

static void step_zone_normal_too_high(void)
{
	zones_up_to(ZONE_DMA_END_PFN, low_end() + 1024);
}

static void step_mem_init(void)
{
	mem_init(memory->reserved, memory->nr_reserved);
}

static const struct {
	char letter;
	void (*call)(void);
} steps[] = {
	{ 'i', step_init_bootmem },
	{ 'f', step_free_bootmem },
	{ 'r', step_reserve_bootmem },
	{ 'a', step_add_active_range },
	{ 'n', step_free_area_init_nodes },
	{ '0', step_zone_normal_0 },
	{ '1', step_zone_normal_too_high },
	{ 'z', build_all_zonelists },
	{ 'm', step_mem_init },
	{ 'k', kmem_cache_init },
	{ 'w', init_per_zone_pages_min },
	{ 'c', mm_port_check },
};

static void take_step(char letter)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i].letter == letter)
			steps[i].call();
}

/* "steps=ifranzmkw": each letter is a call. */
static bool take_steps(const char *name)
{
	const char prefix[] = "steps=";
	unsigned int i;

	for (i = 0; i < sizeof(prefix) - 1; i++)
		if (name[i] != prefix[i])
			return false;
	for (name += i; *name && *name != ' '; name++)
		take_step(*name);
	return true;
}

/* --- by name --------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "no-ram", no_ram },
	{ "ram-reversed", ram_reversed },
	{ "ram-empty", ram_empty },
	{ "ram-overlaps", ram_overlaps },
	{ "ram-twice", ram_twice },
	{ "ram-unsorted", swap_ram },
	{ "ram-starts-in-a-page", ram_starts_in_a_page },
	{ "ram-ends-in-a-page", ram_ends_in_a_page },
	{ "ram-end-exclusive", ram_end_exclusive },
	{ "ram-is-not-there", ram_is_not_there },
	{ "ram-with-devices", ram_with_devices },
	{ "nothing-reserved", nothing_reserved },
	{ "reserved-reversed", reserved_reversed },
	{ "reserved-without-bss", reserved_without_bss },
	{ "reserved-elsewhere", reserved_elsewhere },
	{ "all-reserved", all_reserved },
	{ "no-low-ram", no_low_ram },
	{ "low-ram-reserved", low_ram_reserved },
	{ "ram-of-8-pages", ram_of_8_pages },
	{ "ram-up-to-2-64", ram_up_to_2_64 },
	{ "root-not-reserved", root_not_reserved },
	{ "page-table-not-reserved", page_table_not_reserved },
	{ "gdt-not-reserved", gdt_not_reserved },
	{ "idt-not-reserved", idt_not_reserved },
	{ "ram-in-free-memory", ram_in_free_memory },
	{ "reserved-in-free-memory", reserved_in_free_memory },
	{ "started-twice", started_twice },
	{ "memset-returns-nothing", memset_returns_nothing },
	{ "memcpy-returns-nothing", memcpy_returns_nothing },
	{ "memmove-returns-nothing", memmove_returns_nothing },
	{ "memmove-is-memcpy", memmove_is_memcpy },
	{ "paging", paging_right },
	{ "paging-of-8-mib", paging_of_8_mib },
	{ "paging-read-only", paging_read_only },
	{ "paging-alias", paging_alias },
	{ "paging-shifted", paging_shifted },
};

bool make_mistake(const char *name, struct memory *of)
{
	unsigned int i;

	memory = of;
	if (make_port_mistake)
		make_port_mistake(name);
	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (!same_word(name, mistakes[i].name))
			continue;
		mistakes[i].make();
		return false;
	}
	return take_steps(name);
}
