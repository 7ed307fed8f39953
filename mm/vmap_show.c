/* SPDX-License-Identifier: 0BSD
 *
 * vmap_show.c - what is known about areas: vmallocinfo, what lies at an address, and what is said
 * of one that a caller must not have given.
 *
 * All of it works in a panic: the lock is taken if nobody holds it (report_lock()).
 */
#include <lib/align.h>
#include <lib/out.h>
#include <mm/address.h>
#include <mm/mmzone.h>
#include "slab_common.h"
#include "vmap_area.h"

static const struct area_kind {
	u8 kind;
	const char *word; /* of vmallocinfo */
	const char *made_by, *taken_back_by;
} area_kinds[] = {
	{ VM_ALLOC, "vmalloc", "vmalloc()", "vfree()" },
	{ VM_MAP, "vmap", "vmap()", "vunmap()" },
	{ VM_AREA, "reserved", "get_vm_area()", "free_vm_area()" },
	{ VM_IOREMAP, "ioremap", "ioremap()", "iounmap()" },
};

/* Return: the last one for a kind that is none. */
static const struct area_kind *area_kind(u8 kind)
{
	const struct area_kind *known = area_kinds;

	while (known->kind != kind && known < area_kinds + ARRAY_SIZE(area_kinds) - 1)
		known++;
	return known;
}

/* What makes an area of @kind, and what takes it back. */
static const char *made_by(u8 kind)
{
	return area_kind(kind)->made_by;
}

static const char *taken_back_by(u8 kind)
{
	return area_kind(kind)->taken_back_by;
}

/* --- vmallocinfo ----------------------------------------------------------------------------- */

static void show_busy(struct out *out, const struct vmap_area *va)
{
	out_printf(out, "0x%08lx-0x%08lx %7lu %pS", va->start, vmap_end(va), va->size, va->caller);
	if (va->nr_pages)
		out_printf(out, " pages=%lu", va->nr_pages);
	if (va->kind == VM_IOREMAP)
		out_printf(out, " phys=0x%08llx", va->phys);
	out_printf(out, " %s\n", area_kind(va->kind)->word);
}

/* As in Linux, what waits to be flushed comes last, without a name. */
void vmallocinfo_show(struct out *out)
{
	const struct vmap_area *va;
	unsigned long flags;
	bool taken;

	if (!vmap_limit)
		return;
	taken = report_lock(&vmap_area_lock, &flags);
	for_each_vmap_area (va, &vmap_tree)
		if (va->state == VMAP_BUSY)
			show_busy(out, va);
	for_each_vmap_area (va, &vmap_tree)
		if (va->state == VMAP_LAZY)
			out_printf(out, "0x%08lx-0x%08lx %7lu unpurged vm_area\n", va->start,
				   vmap_end(va), va->size);
	report_unlock(&vmap_area_lock, flags, taken);
}

void vmalloc_usage(struct vmalloc_usage *usage)
{
	const struct vmap_area *va;
	unsigned long flags;
	bool taken;

	*usage = (struct vmalloc_usage){ .total = vmap_limit - vmap_start };
	if (!vmap_limit)
		return;
	taken = report_lock(&vmap_area_lock, &flags);
	for_each_vmap_area (va, &vmap_tree)
		if (va->state == VMAP_BUSY)
			usage->used += va->size;
	usage->chunk = vmap_tree.root->max_free;
	report_unlock(&vmap_area_lock, flags, taken);
}

/* --- one address ----------------------------------------------------------------------------- */

/* What is @distance bytes @where of the area @va. */
static void show_beside(struct out *out, unsigned long distance, const char *where,
			const struct vmap_area *va)
{
	out_printf(out, "%lu byte%s %s the %lu bytes at %08lx, %s for %pS", distance,
		   distance == 1 ? "" : "s", where, va->bytes, va->start, made_by(va->kind),
		   va->caller);
}

/* Does @addr, in @va but not in an area's bytes, lie at most @limit bytes in front of the next? */
static bool show_in_front(struct out *out, unsigned long addr, const struct vmap_area *va,
			  unsigned long limit)
{
	const struct vmap_area *next = vmap_tree_next(&vmap_tree, va);

	if (!next || next->state != VMAP_BUSY || next->start - addr > limit)
		return false;
	show_beside(out, next->start - addr, "in front of", next);
	return true;
}

/* Behind the last page comes a guard page, which also is in front of the next area. */
static void show_behind(struct out *out, unsigned long addr, const struct vmap_area *va)
{
	unsigned long offset = addr - va->start;

	if (offset >= ALIGN_UP(va->bytes, PAGE_SIZE))
		out_printf(out, "guard page, ");
	if (!show_in_front(out, addr, va, offset - va->bytes))
		show_beside(out, offset - va->bytes + 1, "behind the end of", va);
}

static void show_in_area(struct out *out, unsigned long addr, const struct vmap_area *va)
{
	unsigned long offset = addr - va->start;

	if (offset < va->bytes)
		out_printf(out, "byte %lu of the %lu bytes at %08lx, %s for %pS", offset, va->bytes,
			   va->start, made_by(va->kind), va->caller);
	else
		show_behind(out, addr, va);
}

static void show_no_area(struct out *out, unsigned long addr)
{
	out_printf(out, "range of vmalloc(), but no area is there");
	without_kmap_show(out, addr);
}

static void show_address(struct out *out, unsigned long addr, const struct vmap_area *va)
{
	if (va->state == VMAP_BUSY)
		show_in_area(out, addr, va);
	else if (va->state == VMAP_LAZY)
		out_printf(out, "byte %lu of the %lu bytes at %08lx that %pS gave back",
			   addr - va->start, va->bytes, va->start, va->caller);
	else if (!show_in_front(out, addr, va, PAGE_SIZE))
		show_no_area(out, addr);
}

bool vmalloc_area_show(struct out *out, unsigned long addr)
{
	unsigned long flags;
	bool taken;

	if (!is_vmalloc_addr((void *)addr))
		return false;
	taken = report_lock(&vmap_area_lock, &flags);
	show_address(out, addr, vmap_tree_find(&vmap_tree, addr));
	report_unlock(&vmap_area_lock, flags, taken);
	return true;
}

/* --- a caller's bug -------------------------------------------------------------------------- */

static void __noreturn bad_area(const char *func, const void *addr, u8 kind,
				const struct vmap_area *va)
{
	if (va->state == VMAP_FREE)
		panic("BUG: %s: bad address %p: no area is there (freed twice?)", func, addr);
	if (va->state == VMAP_LAZY)
		panic("BUG: %s: bad address %p: %pS gave it back already (freed twice?)", func,
		      addr, va->caller);
	if (va->kind != kind)
		panic("BUG: %s: bad address %p: it is in an area of %s for %pS, which %s takes "
		      "back",
		      func, addr, made_by(va->kind), va->caller, taken_back_by(va->kind));
	panic("BUG: %s: bad address %p: it is byte %lu of the area at %08lx, which %pS got", func,
	      addr, (uintptr)addr - va->start, va->start, va->caller);
}

void vmap_bad_address(const char *func, const void *addr, u8 kind)
{
	const struct vmap_area *va = vmap_tree_find(&vmap_tree, (uintptr)addr);

	if (va)
		bad_area(func, addr, kind, va);
	if (virt_addr_valid(addr))
		panic("BUG: %s: bad address %p: it is in the direct map (is it kfree()'s or "
		      "free_pages()'?)",
		      func, addr);
	panic("BUG: %s: bad address %p: it is not %s's (uninitialised?)", func, addr,
	      made_by(kind));
}
