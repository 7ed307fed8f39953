/* SPDX-License-Identifier: 0BSD
 *
 * shim.c - a loader that starts the kernel in states which real loaders leave, and worse ones.
 *
 * A multiboot program of its own. Its command line names the states, separated by blanks; its first
 * module is the kernel, which it puts where the program headers say; the second one says what EAX
 * and EBX are and which bytes lie where, all made by scripts/test/entry-test. Like kexec it jumps
 * to the entry point as it stands in the file.
 */
#include <asm/cpu.h>
#include <lib/compiler.h>
#include <lib/types.h>

struct elf_header {
	u8 ident[24];
	u32 entry, phoff, shoff, flags;
	u16 ehsize, phentsize, phnum;
} __packed;

struct elf_segment {
	u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

#define PT_LOAD 1

struct piece {
	u32 addr, len;
	u8 data[];
};

struct plan {
	u32 entry; /* 0: the file's own */
	u32 eax, ebx, nr_pieces;
	u8 pieces[];
};

struct module {
	u32 start, end, string, reserved;
};

void shim(const u32 *info) __noreturn;
void start_kernel_at(u32 entry, u32 eax, u32 ebx, u32 no_segments) __noreturn;
extern char return_from_interrupt[];

static u8 bss_fill;
static bool no_segments;

static u32 address_of(const volatile void *object)
{
	return (u32)(uintptr)object;
}

static void copy(u32 to, const u8 *from, u32 len)
{
	while (len--)
		*(volatile u8 *)(uintptr)to++ = *from++;
}

static void fill(u32 to, u8 value, u32 len)
{
	while (len--)
		*(volatile u8 *)(uintptr)to++ = value;
}

static void null_segments(void)
{
	no_segments = true;
}

/* CD and NW; AM and TS trap what the kernel does not use. */
static void caches_off(void)
{
	write_cr0(read_cr0() | 0x60000000 | 0x40000 | 0x8);
}

static void write_protect(void)
{
	write_cr0(read_cr0() | CR0_WP);
}

static void pae(void)
{
	write_cr4(read_cr4() | 0x20);
}

/* VME, PVI, TSD, DE, MCE, PGE. */
static void odd_cr4(void)
{
	write_cr4(read_cr4() | 0xCF);
}

static void long_mode_enabled(void)
{
	wrmsr(0xC0000080, rdmsr(0xC0000080) | 0x100);
}

static void no_execute(void)
{
	wrmsr(0xC0000080, rdmsr(0xC0000080) | 0x800);
}

static void breakpoints(void)
{
	__asm__ volatile("movl %0, %%dr0" : : "r"(0xC0101000));
	__asm__ volatile("movl %0, %%dr7" : : "r"(0x403));
}

/* Everything where it is, in 4 MiB pages. */
static void paging(void)
{
	static u32 directory[1024] __aligned(4096);
	u32 i;

	for (i = 0; i < 1024; i++)
		directory[i] = i << 22 | 0x83;
	write_cr4(CR4_PSE | CR4_PGE);
	write_cr3(address_of(directory));
	write_cr0(read_cr0() | CR0_PG);
}

/* The same with PAE, in 2 MiB pages. */
static void pae_paging(void)
{
	static u64 pointers[4] __aligned(32);
	static u64 directory[2048] __aligned(4096);
	u32 i;

	for (i = 0; i < 2048; i++)
		directory[i] = (u64)i << 21 | 0x83;
	for (i = 0; i < 4; i++)
		pointers[i] = (address_of(directory) + i * 4096) | 1;
	write_cr4(0x20);
	write_cr3(address_of(pointers));
	write_cr0(read_cr0() | CR0_PG);
}

static void idt_loaded(void)
{
	const struct table_pointer pointer = { 0x7FF, 0x3000000 };

	__asm__ volatile("lidt %0" : : "m"(pointer));
}

/* As a BIOS has them, but all lines open and the timer quick. */
static void pic_open(void)
{
	static const struct {
		u16 port;
		u8 value;
	} writes[] = { { 0x20, 0x11 }, { 0x21, 8 },    { 0x21, 4 }, { 0x21, 1 }, { 0x21, 0 },
		       { 0xA0, 0x11 }, { 0xA1, 0x70 }, { 0xA1, 2 }, { 0xA1, 1 }, { 0xA1, 0 },
		       { 0x43, 0x34 }, { 0x40, 0xA9 }, { 0x40, 4 } };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(writes); i++)
		outb(writes[i].port, writes[i].value);
}

static void apic_write(u32 reg, u32 value)
{
	*(volatile u32 *)(uintptr)(0xFEE00000 + reg) = value;
}

static void apic_on(void)
{
	apic_write(0xF0, 0x10F);
}

static void apic_timer(void)
{
	apic_on();
	apic_write(0x3E0, 0xB);
	apic_write(0x320, 0x200EC); /* periodic */
	apic_write(0x380, 1000000);
}

static void send_to_self(u8 vector)
{
	apic_write(0x310, 0);
	apic_write(0x300, 0x44000u | vector);
}

static void apic_pending(void)
{
	apic_on();
	send_to_self(0xEC);
	send_to_self(0x31);
	send_to_self(0x1F);
}

/* Taken, and never ended: what has a lower vector waits for ever. */
static void apic_in_service(void)
{
	static u64 idt[256];
	const struct table_pointer pointer = { sizeof(idt) - 1, address_of(idt) };
	u32 handler = address_of(return_from_interrupt), i;
	u16 cs;

	__asm__("movw %%cs, %0" : "=r"(cs));
	for (i = 0; i < 256; i++)
		idt[i] = (u64)(handler & 0xFFFF0000) << 32 | 0x8E00ull << 32 | (u32)cs << 16 |
			 (handler & 0xFFFF);
	__asm__ volatile("lidt %0" : : "m"(pointer));
	outb(0x21, 0xFF);
	outb(0xA1, 0xFF);
	apic_on();
	send_to_self(0x41);
	__asm__ volatile("sti; nop; nop; cli");
	send_to_self(0xEC);
	__asm__ volatile("sti; nop; nop; cli");
	send_to_self(0x30);
}

static void apic_priority(void)
{
	apic_on();
	apic_write(0x80, 0xF0);
	send_to_self(0xEC);
}

/* Both LINTs masked, the error vector open. */
static void apic_lints(void)
{
	apic_on();
	apic_write(0x350, 0x10000);
	apic_write(0x360, 0x10000);
	apic_write(0x370, 0xFE);
}

/* All pins: vectors from 0x50 on, to the first CPU. */
static void ioapic_open(void)
{
	volatile u32 *ioapic = (u32 *)(uintptr)0xFEC00000;
	u32 pin;

	pic_open();
	apic_on();
	for (pin = 0; pin < 24; pin++) {
		ioapic[0] = 0x11 + 2 * pin;
		ioapic[4] = 0;
		ioapic[0] = 0x10 + 2 * pin;
		ioapic[4] = 0x50 + pin;
	}
}

/* By ten lines, as Linux does. */
static void screen_scrolled(void)
{
	outb(0x3D4, 0x0C);
	outb(0x3D5, 800 >> 8);
	outb(0x3D4, 0x0D);
	outb(0x3D5, 800 & 0xFF);
}

/* In the order in which they can be planted. */
static const struct {
	const char *name;
	void (*plant)(void);
} states[] = {
	{ "caches-off", caches_off },
	{ "write-protect", write_protect },
	{ "odd-cr4", odd_cr4 },
	{ "pae", pae },
	{ "long-mode-enabled", long_mode_enabled },
	{ "no-execute", no_execute },
	{ "breakpoints", breakpoints },
	{ "pic-open", pic_open },
	{ "ioapic-open", ioapic_open },
	{ "apic-in-service", apic_in_service },
	{ "apic-timer", apic_timer },
	{ "apic-pending", apic_pending },
	{ "apic-priority", apic_priority },
	{ "apic-lints", apic_lints },
	{ "screen-scrolled", screen_scrolled },
	{ "idt-loaded", idt_loaded },
	{ "paging", paging },
	{ "pae-paging", pae_paging },
	{ "null-segments", null_segments },
};

/* Is @name one of the words of @list? */
static bool named(const char *list, const char *name)
{
	const char *n;

	while (*list) {
		for (n = name; *n && *list == *n; n++)
			list++;
		if (!*n && (*list == ' ' || !*list))
			return true;
		while (*list && *list != ' ')
			list++;
		while (*list == ' ')
			list++;
	}
	return false;
}

/* Return: the entry point. */
static u32 load_kernel(const u8 *file)
{
	const struct elf_header *header = (const void *)file;
	const u8 *entry = file + header->phoff;
	u32 i;

	for (i = 0; i < header->phnum; i++, entry += header->phentsize) {
		const struct elf_segment *segment = (const void *)entry;

		if (segment->type != PT_LOAD)
			continue;
		copy(segment->paddr, file + segment->offset, segment->filesz);
		fill(segment->paddr + segment->filesz, bss_fill, segment->memsz - segment->filesz);
	}
	return header->entry;
}

static void lay_out(const struct plan *plan)
{
	const u8 *p = plan->pieces;
	u32 i;

	for (i = 0; i < plan->nr_pieces; i++) {
		const struct piece *piece = (const void *)p;

		copy(piece->addr, piece->data, piece->len);
		p = piece->data + ((piece->len + 3) & ~3u);
	}
}

void shim(const u32 *info)
{
	const char *names = (const char *)(uintptr)info[4];
	const struct module *module = (const struct module *)(uintptr)info[6];
	const struct plan *plan = (const struct plan *)(uintptr)module[1].start;
	u32 entry, i;

	if (named(names, "dirty-bss"))
		bss_fill = 0xA5;
	entry = load_kernel((const u8 *)(uintptr)module[0].start);
	for (i = 0; i < ARRAY_SIZE(states); i++)
		if (named(names, states[i].name))
			states[i].plant();
	lay_out(plan); /* the last, because it may lie where the shim's own information is */
	start_kernel_at(plan->entry ? plan->entry : entry, plan->eax, plan->ebx, no_segments);
}
