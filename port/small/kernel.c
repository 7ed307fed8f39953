/* SPDX-License-Identifier: 0BSD
 *
 * kernel.c - a kernel as one has it on the first day: a multiboot map, a serial line, printf(),
 * and, by the six lines of start_memory(), mm/. What else a kernel needs to link with mm/ is
 * printk(), panic() and the four functions of memory.
 */
#include <lib/out.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "../mmport.h"
#include "small.h"

/* --- what mm/ calls -------------------------------------------------------------------------- */

#define COM1	   0x3F8
#define EXIT_PORT  0xF4 /* QEMU's isa-debug-exit: its exit code is twice the value, and 1 */
#define EXIT_GOOD  0x10
#define EXIT_PANIC 0x12

static void put_serial(char c)
{
	while (!(in8(COM1 + 5) & 0x20))
		;
	out8(COM1, (u8)c);
}

int printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsprint(put_serial, fmt, ap);
	va_end(ap);
	return 0;
}

static void __noreturn leave(u8 code)
{
	out8(EXIT_PORT, code);
	for (;;)
		__asm__ volatile("cli; hlt");
}

void panic(const char *fmt, ...)
{
	va_list ap;

	printk("panic: ");
	va_start(ap, fmt);
	vsprint(put_serial, fmt, ap);
	va_end(ap);
	printk("\n");
	leave(EXIT_PANIC);
}

enum memory_mistake memory_mistake;

/* What a function of memory returns that @mistake is about. */
static void *returned(void *dst, enum memory_mistake mistake)
{
	return memory_mistake == mistake ? NULL : dst;
}

void *memset(void *dst, int c, size_t n)
{
	void *to = dst;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory");
	return returned(dst, MEMSET_RETURNS_NOTHING);
}

void *memcpy(void *dst, const void *src, size_t n)
{
	void *to = dst;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(src), "+c"(n) : : "memory");
	return returned(dst, MEMCPY_RETURNS_NOTHING);
}

void *memmove(void *dst, const void *src, size_t n)
{
	char *to = dst;
	const char *from = src;

	if (to <= from || memory_mistake == MEMMOVE_IS_MEMCPY)
		return memcpy(dst, src, n);
	while (n--)
		to[n] = from[n];
	return returned(dst, MEMMOVE_RETURNS_NOTHING);
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

/* --- what the loader says (Multiboot 0.6.96, 3.3) -------------------------------------------- */

struct multiboot_info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr, syms[4],
		mmap_length, mmap_addr;
};

struct multiboot_entry {
	u32 size;
	u64 start, bytes;
	u32 type;
} __packed;

#define RAM 1

static struct memory memory;

static void add_ram(u64 start, u64 end)
{
	start = (start + PAGE_SIZE - 1) & ~(u64)(PAGE_SIZE - 1);
	end &= ~(u64)(PAGE_SIZE - 1);
	if (start < end)
		memory.ram[memory.nr_ram++] = (struct mem_reservation){ start, end - 1 };
}

static void read_map(const struct multiboot_info *info)
{
	phys_addr_t at = info->mmap_addr;

	while (at < info->mmap_addr + info->mmap_length) {
		const struct multiboot_entry *entry = phys_to_virt(at);

		if (entry->type == RAM)
			add_ram(entry->start, entry->start + entry->bytes);
		at += entry->size + sizeof(entry->size);
	}
}

bool same_word(const char *a, const char *b)
{
	while (*a && *a != ' ' && *a == *b)
		a++, b++;
	return (!*a || *a == ' ') && (!*b || *b == ' ');
}

static char mistake[64];

/* Keep the last word of the command line, which lies in memory that is free. */
static void read_command_line(const char *line)
{
	const char *word = line;
	unsigned int i;

	for (; *line; line++)
		if (line[0] == ' ' && line[1])
			word = line + 1;
	for (i = 0; i < sizeof(mistake) - 1 && word[i]; i++)
		mistake[i] = word[i];
}

/* --- and the kernel -------------------------------------------------------------------------- */

static void start_memory(const struct multiboot_info *info)
{
	read_command_line(phys_to_virt(info->cmdline));
	read_map(info);
	memory.reserved[0] = (struct mem_reservation){ virt_to_phys(image_start),
						       virt_to_phys(image_end) - 1 };
	memory.nr_reserved = 1;
	if (!make_mistake(mistake, &memory))
		mmport_start(memory.ram, memory.nr_ram, memory.reserved, memory.nr_reserved);
}

#define MANY 1000

/* Sizes of all kinds come and go; each is filled, and nobody writes to another's. */
static void use_memory(void)
{
	static u8 *object[MANY];
	unsigned int i;

	for (i = 0; i < MANY; i++) {
		object[i] = kmalloc(1 + i * 7, GFP_KERNEL);
		if (!object[i])
			panic("small: no memory for object %u", i);
		memset(object[i], (int)i, 1 + i * 7);
	}
	for (i = 0; i < MANY; i++) {
		if (object[i][0] != (u8)i || object[i][i * 7] != (u8)i)
			panic("small: object %u was overwritten", i);
		kfree(object[i]);
	}
}

/* All pages, one after the other, and back. */
static unsigned long take_all_pages(void)
{
	struct page *page, *chain = NULL;
	unsigned long pages = 0;

	while ((page = alloc_page(GFP_KERNEL | __GFP_NOWARN)) != NULL) {
		*(struct page **)page_address(page) = chain;
		chain = page;
		pages++;
	}
	for (; chain; chain = page) {
		page = *(struct page **)page_address(chain);
		__free_page(chain);
	}
	return pages;
}

#ifdef WITHOUT_CHECKS
static unsigned int violations(void)
{
	return 0;
}
#else
static void print(struct out *out, const char *fmt, va_list ap)
{
	(void)out;
	vsprint(put_serial, fmt, ap);
}

static unsigned int violations(void)
{
	struct out out = { print };
	struct mm_check check = { .out = &out };

	return mm_check(&check);
}
#endif

void kernel_main(const struct multiboot_info *info);
void kernel_main(const struct multiboot_info *info)
{
	start_memory(info);
	use_memory();
	printk("small: %lu pages came and went\n", take_all_pages());
	leave(violations() ? EXIT_PANIC : EXIT_GOOD);
}
