/* SPDX-License-Identifier: 0BSD
 *
 * parts.h - which parts of mm/ are left out, each by a define for all that is compiled.
 *
 *   MM_NO_SLAB        kmalloc(), caches, and with them all that lives on kmalloc(): pages only
 *   MM_NO_VMALLOC     vmalloc(), vmap(), ioremap(), and with them leak_scan and util
 *   MM_NO_HIGHMEM     addresses for pages of HighMem, which the port then must not report: no
 *                     <asm/kmap.h>, PKMAP_BASE, LAST_PKMAP, no arch_slot(). A port without
 *                     KMAP_SLOT_VA has it.
 *   MM_NO_COMPACTION  moving pages to make large blocks, and what says how fragmented zones are
 *   MM_NO_MEMPOOL     reserves of objects
 *   MM_NO_UTIL        kstrdup(), kmemdup(), kvmalloc()
 *   MM_NO_CHECKS      mm_check() and all checkers
 *   MM_NO_REPORTS     reports on memory, on addresses, and on a request that got nothing
 *   MM_NO_KFENCE      the sampling guard
 *   MM_NO_LEAK_SCAN   the search for objects that nobody points to
 *   MM_NO_PAGE_DEBUG  debug_pagealloc, page_poison, page_owner, fail_page_alloc
 *   MM_NO_SLAB_DEBUG  red zones, poison and owners of objects
 *
 * mm/sources.mk says which files each one is. A public function of a part that is left out does not
 * exist, and the linker names whoever calls it; what mm/ itself calls of it is in mm/left_out.c.
 */
#ifndef MM_PARTS_H
#define MM_PARTS_H

#ifdef MM_NO_SLAB
#undef MM_NO_VMALLOC
#define MM_NO_VMALLOC
#undef MM_NO_MEMPOOL
#define MM_NO_MEMPOOL
#undef MM_NO_KFENCE
#define MM_NO_KFENCE
#undef MM_NO_SLAB_DEBUG
#define MM_NO_SLAB_DEBUG
#endif

#ifdef MM_NO_VMALLOC
#undef MM_NO_LEAK_SCAN
#define MM_NO_LEAK_SCAN
#undef MM_NO_UTIL
#define MM_NO_UTIL
#endif

#endif
