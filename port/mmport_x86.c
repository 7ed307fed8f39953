/* SPDX-License-Identifier: 0BSD
 *
 * mmport_x86.c - the processor as it is, whatever the kernel thinks: its page tables, its faults,
 * its interrupts. Nothing here is to be changed; 32 and 64 bits, with paging and without.
 *
 * 1. Page tables  A walk of the tables in force (Intel SDM vol. 3, chapter 4), read through
 *                 phys_to_virt(): with that wrong it ends at an entry that is not present, or by a
 *                 fault, and both are found.
 * 2. Faults       A kernel that sets up its memory has often no handlers yet, and a page fault
 *                 resets the machine. For this time an IDT of our own has one handler, which says
 *                 what the fault says about the port.
 * 3. Interrupts   Whether local_irq_restore() switches them on again can be seen only where they
 *                 may come. So both PICs are masked, whose requests wait meanwhile.
 */
#include <mm/mmzone.h>
#include <mm/port_check.h>
#include "mmport_x86.h"

#define CR0_PG	      (1UL << 31)
#define CR4_PAE	      (1UL << 5)
#define ENTRY_PRESENT 1u
#define ENTRY_LARGE   (1u << 7)

#define PIC1_MASK 0x21
#define PIC2_MASK 0xA1

#define READ_REGISTER(name)                                           \
	({                                                            \
		unsigned long value;                                  \
		__asm__ volatile("mov %%" name ", %0" : "=r"(value)); \
		value;                                                \
	})

/* --- page tables ----------------------------------------------------------------------------- */

/* How the tables in force divide an address: so many levels, each of 2^@bits entries of @bytes. */
struct paging {
	unsigned int levels, bits, bytes;
};

static struct paging paging_in_force(void)
{
	if (sizeof(long) == 8)
		return (struct paging){ 4, 9, 8 };
	if (READ_REGISTER("cr4") & CR4_PAE)
		return (struct paging){ 3, 9, 8 };
	return (struct paging){ 2, 10, 4 };
}

/* Entry @index of the table at @table. Bits from 52 on are flags. */
static u64 read_entry(phys_addr_t table, unsigned long index, unsigned int bytes)
{
	const char *entry = (const char *)phys_to_virt(table) + index * bytes;

	return bytes == 8 ? *(const u64 *)entry & 0x000FFFFFFFFFFFFFULL : *(const u32 *)entry;
}

/* Each table on the way to @va goes to @tables, how many to @nr. */
static bool walk(unsigned long va, unsigned long *pfn, phys_addr_t *tables, unsigned int *nr)
{
	struct paging paging = paging_in_force();
	unsigned int shift = PAGE_SHIFT + paging.levels * paging.bits;
	u64 entry = READ_REGISTER("cr3");

	*nr = 0;
	do {
		phys_addr_t table = entry &
				    ~(u64)(shift > 30 && paging.levels == 3 ? 31 : PAGE_SIZE - 1);

		if (PFN_DOWN(table) >= ZONE_NORMAL_END_PFN)
			return false;
		tables[(*nr)++] = table;
		shift -= paging.bits;
		entry = read_entry(table, va >> shift & ((1UL << paging.bits) - 1), paging.bytes);
		if (!(entry & ENTRY_PRESENT))
			return false;
	} while (shift > PAGE_SHIFT && !(entry & ENTRY_LARGE && shift <= 30));
	*pfn = PFN_DOWN(ALIGN_DOWN(entry, 1ULL << shift)) +
	       ((va & ((1UL << shift) - 1)) >> PAGE_SHIFT);
	return true;
}

static bool is_paged(void)
{
	return READ_REGISTER("cr0") & CR0_PG;
}

unsigned int mmport_page_tables(unsigned long va, phys_addr_t *tables)
{
	unsigned long pfn;
	unsigned int nr = 0;

	if (is_paged())
		walk(va, &pfn, tables, &nr);
	return nr;
}

/* Without paging every address is what it says, as far as there is a direct map. */
bool arch_lookup_kernel(unsigned long va, unsigned long *pfn)
{
	phys_addr_t tables[MMPORT_LEVELS];
	unsigned int nr;

	if (is_paged())
		return walk(va, pfn, tables, &nr);
	*pfn = va >> PAGE_SHIFT;
	return *pfn < ZONE_NORMAL_END_PFN;
}

bool arch_next_mapped(unsigned long *va, unsigned long end, unsigned long *pfn)
{
	for (; *va < end; *va += PAGE_SIZE)
		if (arch_lookup_kernel(*va, pfn))
			return true;
	return false;
}

void arch_flush_tlb_all(void)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(READ_REGISTER("cr3")) : "memory");
}

unsigned int arch_cache_line(void)
{
	return SMP_CACHE_BYTES;
}

/* --- faults ---------------------------------------------------------------------------------- */

/* Intel SDM vol. 3, 6.11 and 6.14.1. */
struct gate {
	u16 offset_0, selector, type, offset_16;
#ifdef __x86_64__
	u32 offset_32, reserved;
#endif
};

struct table_register {
	u16 limit;
	unsigned long base;
} __packed;

#define GENERAL_PROTECTION 13
#define PAGE_FAULT	   14
#define INTERRUPT_GATE	   0x8E00 /* present, ring 0 */

static struct gate idt[PAGE_FAULT + 1];
static struct table_register kernel_idt;
static bool were_enabled;

void mmport_general_protection(void);
void mmport_page_fault(void);

/* Where the processor goes to: the address, the error code and where it happened are arguments. */
#ifdef __x86_64__
#define CALL_REPORT(name)                                                     \
	__asm__(".text\n" #name ":\n\tmov %cr2, %rdi\n\tmov (%rsp), %rsi\n\t" \
		"mov 8(%rsp), %rdx\n\tand $-16, %rsp\n\tcall " #name "_report\n")
#else
#define CALL_REPORT(name)                                                     \
	__asm__(".text\n" #name ":\n\tmov %cr2, %eax\n\tmov (%esp), %edx\n\t" \
		"mov 4(%esp), %ecx\n\tcall " #name "_report\n")
#endif
CALL_REPORT(mmport_general_protection);
CALL_REPORT(mmport_page_fault);

/* Which of the port's promises is it that @va is mapped? */
static const char *where_to_look(unsigned long va)
{
	if (bootmem_is_live() && va - VMEMMAP_START < MAX_PFN_LIMIT * sizeof(struct page))
		return "it lies in mem_map: does arch_map_kernel() map its window, for reading and "
		       "writing?";
	return "is all of lowmem mapped where phys_to_virt() says, for reading and writing (or set "
	       "ZONE_NORMAL_END_PFN to what is mapped), and is PAGE_OFFSET right?";
}

fastcall void mmport_page_fault_report(unsigned long va, unsigned long error,
				       unsigned long ip) __used;
fastcall void mmport_page_fault_report(unsigned long va, unsigned long error, unsigned long ip)
{
	mmport_watch_faults(false);
	panic("mmport_start: page fault: %s of %lx at code %lx: %s: %s Lowmem ends at pfn %lu, and "
	      "virt_to_phys() of the address is 0x%llx",
	      error & 2 ? "write" : "read", va, ip,
	      error & 1 ? "the page is read-only" : "nothing is mapped there", where_to_look(va),
	      max_low_pfn, virt_to_phys((void *)va));
}

fastcall void mmport_general_protection_report(unsigned long va, unsigned long error,
					       unsigned long ip) __used;
fastcall void mmport_general_protection_report(unsigned long va __unused, unsigned long error,
					       unsigned long ip)
{
	mmport_watch_faults(false);
	panic("mmport_start: general protection at code %lx, error %lx: an address that cannot be "
	      "(PAGE_OFFSET?), or an interrupt, though interrupts are off: local_irq_restore()?",
	      ip, error);
}

static void set_gate(unsigned int vector, void (*handler)(void))
{
	unsigned long offset = (unsigned long)handler;
	u16 selector;

	__asm__("mov %%cs, %0" : "=r"(selector));
	idt[vector] = (struct gate){
		.offset_0 = (u16)offset,
		.selector = selector,
		.type = INTERRUPT_GATE,
		.offset_16 = (u16)(offset >> 16),
#ifdef __x86_64__
		.offset_32 = (u32)(offset >> 32),
#endif
	};
}

void mmport_watch_faults(bool on)
{
	const struct table_register own = { sizeof(idt) - 1, (unsigned long)idt };
	unsigned long flags;

	if (!on) {
		__asm__ volatile("lidt %0" : : "m"(kernel_idt));
		if (were_enabled)
			__asm__ volatile("sti");
		return;
	}
	__asm__ volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
	were_enabled = flags & EFLAGS_IF;
	set_gate(GENERAL_PROTECTION, mmport_general_protection);
	set_gate(PAGE_FAULT, mmport_page_fault);
	__asm__ volatile("sidt %0" : "=m"(kernel_idt));
	__asm__ volatile("lidt %0" : : "m"(own));
}

/* An IDT ends at its 256th gate, whatever its limit: after a reset that is 64 KiB. */
struct mmport_tables mmport_tables(void)
{
	struct table_register gdt;

	__asm__("sgdt %0" : "=m"(gdt));
	return (struct mmport_tables){ (const void *)gdt.base, (const void *)kernel_idt.base,
				       gdt.limit + 1UL,
				       min(kernel_idt.limit + 1UL, 256 * sizeof(struct gate)) };
}

/* --- interrupts ------------------------------------------------------------------------------ */

static u8 read_port(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void write_port(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void mmport_watch_interrupts(void)
{
	u8 first = read_port(PIC1_MASK), second = read_port(PIC2_MASK);

	write_port(PIC1_MASK, 0xFF);
	write_port(PIC2_MASK, 0xFF);
	__asm__ volatile("sti" : : : "memory");
	mm_port_check_interrupts(true);
	__asm__ volatile("cli" : : : "memory");
	mm_port_check_interrupts(false);
	write_port(PIC2_MASK, second);
	write_port(PIC1_MASK, first);
}
