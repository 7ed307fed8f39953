/* SPDX-License-Identifier: 0BSD
 *
 * mmport_memory.c - ranges of memory as somebody else's kernel has them: are they possible, and
 * into bootmem with them. Nothing here is to be changed.
 *
 * What is wrong here is an error of the kernel that is being ported, whose author reads the
 * message: it stops. RAM above lowmem is no error; it is left out in one line.
 */
#include <lib/align.h>
#include "mmport_x86.h"

/* How a message ends: a printk() that takes no 64 bits has said all else by then. */
#define RANGE	    ": 0x%llx to 0x%llx"
#define RANGE_OF(r) (r)->start, (r)->last

void __init mmport_start_once(void)
{
	static bool started;

	if (started)
		panic("mmport_start() was called before");
	started = true;
}

static void __init check_range(const char *name, unsigned int i, const struct mem_reservation *r)
{
	if (r->start > r->last)
		panic("mmport_start: %s[%u] is empty or reversed, `last` is the last byte "
		      "of it" RANGE,
		      name, i, RANGE_OF(r));
}

static void __init check_ram(const struct mem_reservation *ram, unsigned int i)
{
	check_range("ram", i, &ram[i]);
	if (!IS_ALIGNED(ram[i].start, PAGE_SIZE) || !IS_ALIGNED(ram[i].last + 1, PAGE_SIZE))
		panic("mmport_start: ram[%u] is not whole pages, round it inwards, `last` "
		      "is the last "
		      "byte of it" RANGE,
		      i, RANGE_OF(&ram[i]));
	if (i && ram[i].start <= ram[i - 1].last)
		panic("mmport_start: ram[%u] begins below the end of the range before it, "
		      "sort ram[], "
		      "and let nothing overlap" RANGE,
		      i, RANGE_OF(&ram[i]));
}

/* A reservation that touches [@start, @last]; NULL if none does. */
static const struct mem_reservation *__init find_reserved(const struct mmport_memory *m,
							  phys_addr_t start, phys_addr_t last)
{
	const struct mem_reservation *r;

	for (r = m->reserved; r < m->reserved + m->nr_reserved; r++)
		if (r->start <= last && r->last >= start)
			return r;
	return NULL;
}

/* Where the kernel's own @p is, as the page tables have it, if they can be asked. */
static phys_addr_t __init phys_of(const void *p)
{
	unsigned long pfn;

	return arch_lookup_kernel((unsigned long)p, &pfn) ? PFN_PHYS(pfn) : virt_to_phys(p);
}

/* A kernel that does not reserve itself is overwritten. One whose image is not in the direct map
 * must tell virt_to_phys(). */
static void __init check_image(const struct mmport_memory *m, const char *part, const void *p)
{
	phys_addr_t phys = phys_of(p);
	unsigned int i;

	for (i = 0; i < m->nr_reserved; i++)
		if (phys >= ALIGN_DOWN(m->reserved[i].start, PAGE_SIZE) &&
		    phys <= m->reserved[i].last)
			return;
	panic("mmport_start: the kernel's own %s at %p is in no range of reserved[]: is all of its "
	      "image there, up to its end, and is PAGE_OFFSET right? It lies at physical 0x%llx",
	      part, p, phys);
}

static void __init check_translation(const void *p)
{
	unsigned long pfn;

	if (arch_lookup_kernel((unsigned long)p, &pfn) &&
	    PFN_PHYS(pfn) != ALIGN_DOWN(virt_to_phys(p), PAGE_SIZE))
		panic("mmport_start: the kernel's own data at %p show that PAGE_OFFSET is "
		      "wrong: they "
		      "are at 0x%llx by the page tables, and at 0x%llx by virt_to_phys()",
		      p, PFN_PHYS(pfn), virt_to_phys(p));
}

/* --- what the processor reads ----------------------------------------------------------------- */

static bool __init is_ram(const struct mmport_memory *m, phys_addr_t phys)
{
	unsigned int i;

	for (i = 0; i < m->nr_ram; i++)
		if (phys >= m->ram[i].start && phys <= m->ram[i].last)
			return true;
	return false;
}

/* What is in use lies in no RAM, or is reserved, as page 0 always is. */
static void __init check_in_use(const struct mmport_memory *m, const char *what, unsigned long va,
				phys_addr_t phys)
{
	phys_addr_t page = ALIGN_DOWN(phys, PAGE_SIZE);

	if (page && is_ram(m, page) && !find_reserved(m, page, page + PAGE_SIZE - 1))
		panic("mmport_start: %s %lx, which is in use, is in no range of "
		      "reserved[], and would "
		      "be handed out: it lies at physical 0x%llx",
		      what, va, phys);
}

static void __init check_bytes(const struct mmport_memory *m, const char *what, const void *p,
			       unsigned long bytes)
{
	unsigned long pfn, va = (unsigned long)p, last = va + bytes - 1;

	if (arch_lookup_kernel(va, &pfn))
		check_in_use(m, what, va, PFN_PHYS(pfn));
	if (arch_lookup_kernel(last, &pfn))
		check_in_use(m, what, last, PFN_PHYS(pfn));
}

static void __init check_page_tables(const struct mmport_memory *m, const void *p)
{
	phys_addr_t tables[MMPORT_LEVELS];
	unsigned int i, nr = mmport_page_tables((unsigned long)p, tables);

	for (i = 0; i < nr; i++)
		check_in_use(m, "the page table of", (unsigned long)p, tables[i]);
}

/* The lowest table has no less than 2 MiB. */
static void __init check_processor(const struct mmport_memory *m, unsigned long low_end)
{
	struct mmport_tables tables = mmport_tables();
	unsigned long pfn;

	check_page_tables(m, node_data);
	for (pfn = 0; pfn < low_end; pfn += 512)
		check_page_tables(m, phys_to_virt(PFN_PHYS(pfn)));
	check_bytes(m, "the GDT at", tables.gdt, tables.gdt_bytes);
	check_bytes(m, "the IDT at", tables.idt, tables.idt_bytes);
	check_bytes(m, "ram[] at", m->ram, m->nr_ram * sizeof(*m->ram));
	check_bytes(m, "reserved[] at", m->reserved, m->nr_reserved * sizeof(*m->reserved));
}

/* Where lowmem ends, a pfn: where RAM does, or the direct map. */
static unsigned long __init find_low_end(const struct mmport_memory *m)
{
	phys_addr_t last = m->ram[m->nr_ram - 1].last;

	if (m->ram[0].start >= PFN_PHYS(ZONE_NORMAL_END_PFN))
		panic("mmport_start: no RAM below ZONE_NORMAL_END_PFN, pfn %lu; ram[0] is" RANGE,
		      ZONE_NORMAL_END_PFN, RANGE_OF(&m->ram[0]));
	if (last < PFN_PHYS(ZONE_NORMAL_END_PFN))
		return PFN_DOWN(last) + 1;
	printk(KERN_WARNING
	       "mmport_start: the direct map ends at pfn %lu (ZONE_NORMAL_END_PFN), and RAM "
	       "above it is left out: the last byte is 0x%llx\n",
	       ZONE_NORMAL_END_PFN, last);
	return ZONE_NORMAL_END_PFN;
}

unsigned long __init mmport_check_memory(const struct mmport_memory *m)
{
	unsigned long low_end;
	unsigned int i;

	if (!m->nr_ram)
		panic("mmport_start: ram[] is empty: give it what the firmware calls usable");
	for (i = 0; i < m->nr_ram; i++)
		check_ram(m->ram, i);
	for (i = 0; i < m->nr_reserved; i++)
		check_range("reserved", i, &m->reserved[i]);
	check_translation(node_data);
	check_image(m, "data", node_data);
	check_image(m, "code", (const void *)(uintptr)mmport_check_memory);
	check_image(m, "stack", &i);
	low_end = find_low_end(m);
	check_processor(m, low_end);
	return low_end;
}

/* --- bootmem --------------------------------------------------------------------------------- */

/* The last byte of @ram below @low_end, if there is any below it. */
static phys_addr_t __init low_last(const struct mem_reservation *ram, unsigned long low_end)
{
	return min(ram->last, PFN_PHYS(low_end) - 1);
}

/* The first @bytes of [@start, @last], in whole pages but page 0, that are not reserved; else 0. */
static phys_addr_t __init room_in(const struct mmport_memory *m, phys_addr_t start,
				  phys_addr_t last, unsigned long bytes)
{
	phys_addr_t at = max(start, (phys_addr_t)PAGE_SIZE);
	const struct mem_reservation *r;

	while (at + bytes - 1 <= last) {
		r = find_reserved(m, at, at + bytes - 1);
		if (!r)
			return at;
		if (r->last >= last)
			break;
		at = ALIGN_UP(r->last + 1, PAGE_SIZE);
	}
	return 0;
}

static phys_addr_t __init find_room(const struct mmport_memory *m, unsigned long low_end,
				    unsigned long bytes)
{
	phys_addr_t at = 0;
	unsigned int i;

	for (i = 0; i < m->nr_ram && !at; i++)
		at = room_in(m, m->ram[i].start, low_last(&m->ram[i], low_end), bytes);
	if (!at)
		panic("mmport_start: no %lu bytes of lowmem in a row are free for the bitmap: does "
		      "reserved[] hold all of ram[], and are its addresses physical?",
		      bytes);
	return at;
}

static phys_addr_t __init low_bytes(const struct mem_reservation *ram, unsigned long low_end)
{
	phys_addr_t last = low_last(ram, low_end);

	return last > ram->start ? last - ram->start + 1 : 0;
}

/* What lies below is no computer's: somebody's ranges are no bytes. */
#define LEAST_PAGES 64

static void __init check_size(const struct mmport_memory *m, unsigned long low_end)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < m->nr_ram; i++)
		pages += PFN_DOWN(low_bytes(&m->ram[i], low_end));
	if (pages < LEAST_PAGES)
		panic("mmport_start: ram[] has only %lu pages of lowmem, mm/ wants %d: "
		      "are its ranges "
		      "addresses of bytes, and all of them there?",
		      pages, LEAST_PAGES);
}

void __init mmport_fill_bootmem(const struct mmport_memory *m, unsigned long low_end)
{
	phys_addr_t bitmap = find_room(m, low_end, bootmem_bootmap_pages(low_end) << PAGE_SHIFT);
	unsigned int i;

	check_size(m, low_end);
	init_bootmem(PFN_DOWN(bitmap), low_end);
	for (i = 0; i < m->nr_ram; i++)
		if (low_bytes(&m->ram[i], low_end))
			free_bootmem(m->ram[i].start, low_bytes(&m->ram[i], low_end));
	for (i = 0; i < m->nr_reserved; i++)
		reserve_bootmem_known(m->reserved[i].start, m->reserved[i].last);
	reserve_bootmem_known(0, 0);
}

void __init mmport_add_ranges(const struct mmport_memory *m, unsigned long low_end)
{
	unsigned long start, pages;
	unsigned int i;

	for (i = 0; i < m->nr_ram; i++) {
		start = PFN_DOWN(m->ram[i].start);
		pages = PFN_DOWN(low_bytes(&m->ram[i], low_end));
		if (pages)
			add_active_range(0, start, start + pages);
	}
	max_pfn = low_end;
}
