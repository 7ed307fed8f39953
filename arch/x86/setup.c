/* SPDX-License-Identifier: 0BSD
 *
 * setup.c - setup_arch(): this machine's part of the boot, in Linux's steps and names.
 *
 *   early_setup()      a console, and a report for everything that goes wrong from here on
 *   read_boot_info()   the loader's data copied to .bss, before any memory is handed out
 *   setup_arch()       the memory map is settled, and the machine described for memory_setup()
 *   free_initmem()     the code above goes back to the buddy allocator
 *
 * The steps that need no hardware are in firmware/; memory_setup() there has them in their order.
 */
#include <asm/console/console.h>
#include <asm/console/keyboard.h>
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/firmware/memory_setup.h>
#include <asm/firmware/modules.h>
#include <asm/firmware/multiboot.h>
#include <asm/irqchip.h>
#include <asm/machine.h>
#include <asm/mm_limits.h>
#include <asm/pgtable.h>
#include <asm/phys_view.h>
#include <asm/pit.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/traps.h>
#include <asm/tsc.h>
#include <dev/time.h>
#include <lib/align.h>
#include <lib/init.h>
#include <lib/ksyms.h>
#include <lib/param.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <lib/string.h>
#include <mm/mm_init.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <mm/vmalloc.h>

#define EBDA_POINTER 0x40E /* BIOS data area: segment of the extended BIOS data area */

struct boot_info boot_info;
struct e820_map e820_map;
struct ledger ledger;

void __init early_setup(void)
{
	tsc_mark_start();
	serial_init();
	printk_add_console(serial_write);
	printk_set_clock(clock_us);
	progress_set_clock(clock_us);
	screen_set_clock(clock_us);
	page_alloc_clock = clock_us;
	gdt_init();
	idt_init();
	irqchip_init();
}

void __init start_interrupts(void)
{
	tick_start();
	serial_start();
	keyboard_start();
}

static bool __init copy_from_phys(void *ctx __unused, void *dst, phys_addr_t src, size_t len)
{
	while (len) {
		size_t part = min(len, (size_t)PGDIR_SIZE);
		const void *window = early_map(src, part);

		if (!window)
			return false;
		memcpy(dst, window, part);
		dst = (char *)dst + part;
		src += part;
		len -= part;
	}
	return true;
}

static int __init read_multiboot2(u32 info)
{
	u32 total_size;
	const void *window;

	if (!copy_from_phys(NULL, &total_size, info, sizeof(total_size)))
		return -1;
	total_size = min(total_size, (u32)PGDIR_SIZE);
	window = early_map(info, total_size);
	return window ? multiboot2_parse(&boot_info, window, total_size) : -1;
}

void __init read_boot_info(u32 magic, u32 info)
{
	int err;

	boot_info.map = &e820_map;
	if (magic == MULTIBOOT_LOADER_MAGIC)
		err = multiboot_parse(&boot_info, info, copy_from_phys, NULL);
	else if (magic == MULTIBOOT2_LOADER_MAGIC)
		err = read_multiboot2(info);
	else if (magic == PVH_START_MAGIC)
		err = pvh_parse(&boot_info, info, copy_from_phys, NULL);
	else
		panic("not started by a multiboot or PVH loader: EAX is %08x, not %08x, %08x or "
		      "%08x",
		      magic, MULTIBOOT_LOADER_MAGIC, MULTIBOOT2_LOADER_MAGIC, PVH_START_MAGIC);
	if (err)
		panic("the boot loader's information at %08x cannot be read", info);
	if (boot_info.problems & (1u << BOOT_CMDLINE_CUT))
		cmdline_cut(boot_info.cmdline);
	if (!boot_info.on_efi && !boot_info.has_framebuffer)
		screen_use_vga();
}

static void __init show_boot_problems(void)
{
	unsigned int i;

	for (i = 0; i < NR_BOOT_PROBLEMS; i++)
		if (boot_info.problems & (1u << i))
			pr_warn("boot loader: %s\n", boot_problem((enum boot_problem)i));
}

/* A name and the part of the image that it means. */
static void __init add_image_part(const char *name, const void *start, const void *end)
{
	ledger_add(&ledger, name, virt_to_phys(start), virt_to_phys(end) - virt_to_phys(start));
}

/* The segment of the EBDA; 0 where no BIOS has written it. */
static u16 __init ebda_segment(void)
{
	return boot_info.on_efi ? 0 : *(const u16 *)phys_to_virt(EBDA_POINTER);
}

static void __init reserve_image_parts(void)
{
	add_image_part("page tables", swapper_pg_dir, swapper_pg_dir + PTRS_PER_TABLE);
	add_image_part("boot stack", boot_stack_guard, boot_stack_top);
	add_image_part("boot info", &boot_info, &boot_info + 1);
	add_image_part("command line", boot_info.cmdline,
		       boot_info.cmdline + sizeof(boot_info.cmdline));
	add_image_part("symbol table", ksyms_start, ksyms_end);
}

bool module_can_be_read(const struct boot_module *module)
{
	unsigned long pfn;

	if (!module_in_ram(&e820_map, module))
		return false;
	for (pfn = PFN_DOWN(module->start); pfn < PFN_UP(module->end); pfn++)
		if (!pfn_valid(pfn) ||
		    (pfn >= PFN_DOWN(virt_to_phys(_start)) && pfn < PFN_UP(virt_to_phys(_end))))
			return false;
	return true;
}

static struct iomem_part image_part(const char *name, const char *start, const char *end)
{
	return (struct iomem_part){ .name = name,
				    .start = virt_to_phys(start),
				    .last = virt_to_phys(end) - 1 };
}

unsigned int image_parts(struct iomem_part part[IMAGE_PARTS_MAX])
{
	part[0] = image_part("Kernel code", _start, _etext);
	part[1] = image_part("Kernel rodata", _srodata, _erodata);
	part[2] = image_part("Kernel data", _sdata, _edata);
	part[3] = image_part("Kernel bss", _edata, _end);
	return IMAGE_PARTS_MAX;
}

static void __init show_loader(void)
{
	pr_info("Loaded by %s (%s)\n", boot_info.loader[0] ? boot_info.loader : "an unnamed loader",
		boot_info.protocol);
	pr_info("Command line: %s\n", boot_info.cmdline);
	if (boot_info.efi_system_table)
		pr_info("EFI: %u-bit, system table at 0x%llx\n", boot_info.efi_is_64_bit ? 64 : 32,
			boot_info.efi_system_table);
}

/* Can a single line be dropped from the caches? Some thousand pages ask. */
static bool can_flush_line __initdata;

/* A window for the probe: what head.S has mapped anyway is seen there. Where a line can be dropped
 * from the caches, the first one is, so that memory is read; where not, probe_sync() has dropped
 * all of them. */
static void *__init probe_map(unsigned long pfn, unsigned long pages)
{
	void *window = pfn + pages <= ZONE_NORMAL_END_PFN
			       ? phys_to_virt(PFN_PHYS(pfn))
			       : early_map(PFN_PHYS(pfn), pages << PAGE_SHIFT);

	if (can_flush_line)
		clflush(window);
	return window;
}

static void __init probe_sync(void *start, size_t bytes)
{
	if (bytes <= SMP_CACHE_BYTES && can_flush_line)
		clflush(start);
	else
		wbinvd();
}

static const struct ram_access ram_access __initconst = { probe_map, probe_sync };

unsigned int arch_cache_line(void)
{
	u32 ebx, features = cpuid_leaf_1(&ebx);

	return cpuid_cache_line(features, ebx);
}

bool arch_has_ram(unsigned long start_pfn, unsigned long end_pfn)
{
	return e820_any_ram(&e820_map, PFN_PHYS(start_pfn), PFN_PHYS(end_pfn) - 1);
}

/* Larger than any screen that is in use; a part is enough to show text. */
#define SCREEN_BYTES_MAX (32U << 20)

static void *__init map_screen(phys_addr_t phys, u32 len, u32 *mapped)
{
	void *pixels = ioremap_wc(phys, min(len, SCREEN_BYTES_MAX));

	*mapped = pixels ? min(len, SCREEN_BYTES_MAX) : 0;
	return pixels;
}

static const void *__init early_view(phys_addr_t phys, size_t len)
{
	return early_map(phys, len);
}

static void __init start_paging(void)
{
	/* mem= may end below the image */
	paging_init(max(max_low_pfn, PFN_UP(virt_to_phys(_end))));
	vmalloc_init(vmalloc_start(), VMALLOC_END);
	acpi.view = phys_view;
	if (boot_info.has_framebuffer)
		screen_use_framebuffer(&boot_info.framebuffer, &e820_map, &ledger, map_screen);
	boot_phase(PHASE_PAGING, "lowmem is mapped; page tables came from bootmem");
}

static const struct page_debug_port page_debug = { .log = &log_out,
						   .map_pages = map_lowmem_pages,
						   .split_pages = split_lowmem_pages,
						   .stack_trace = stack_trace,
						   .symbol = ksym_lookup };

void __init setup_arch(struct machine_memory *m)
{
	show_loader();
	show_boot_problems();
	settle_memory_map(&e820_map, &boot_info);
	can_flush_line = cpuid_features() & CPUID_CLFSH;
	*m = (struct machine_memory){
		.map = &e820_map,
		.ledger = &ledger,
		.info = &boot_info,
		.image_start = virt_to_phys(_start),
		.image_end = virt_to_phys(_end),
		.ebda_segment = ebda_segment(),
		.view = early_view,
		.apic_id = cpuid_apic_id(),
		.page_debug = &page_debug,
		.reserve_image_parts = reserve_image_parts,
		.ram = &ram_access,
		.start_paging = start_paging,
		.bootmem_retired = paging_use_buddy,
	};
}

/* Poison and free the pages of [@start, @end). A page that the map does not call RAM, where a
 * loader put the image all the same, is not given to the allocator. */
static unsigned long free_image_part(char *start, char *end)
{
	unsigned long pages = 0;

	set_memory_rw(start, end);
	memset(start, INIT_POISON, (size_t)(virt_to_phys(end) - virt_to_phys(start)));
	for (; start < end; start += PAGE_SIZE) {
		phys_addr_t phys = virt_to_phys(start);

		if (!e820_all_ram(&e820_map, phys, phys + PAGE_SIZE - 1) ||
		    !pfn_valid(PFN_DOWN(phys)))
			continue;
		free_reserved_range(PFN_DOWN(phys), PFN_DOWN(phys) + 1);
		pages++;
	}
	return pages;
}

bool initmem_is_free;

unsigned long free_initmem(void)
{
	unsigned long pages;

	set_code_end(_etext);
	initmem_is_free = true;
	pages = free_image_part(__init_text_begin, __init_text_end) +
		free_image_part(__init_data_begin, __init_data_end);

	pr_info("Freeing unused kernel memory: %luK\n", pages << (PAGE_SHIFT - 10));
	return pages;
}
