/* SPDX-License-Identifier: 0BSD
 *
 * mm_limits.h - the zones of the host port, which are the i686 port's, and its address ranges,
 * which the host's kernel chooses when the program starts.
 */
#ifndef ASM_MM_LIMITS_H
#define ASM_MM_LIMITS_H

#ifndef NR_CPUS /* make NR_CPUS= MAX_NUMNODES= */
#define NR_CPUS 1
#endif
#ifndef MAX_NUMNODES
#define MAX_NUMNODES 1
#endif

#define ZONE_DMA_END_PFN    4096UL
#define ZONE_NORMAL_END_PFN 229376UL
#define MAX_PFN_LIMIT	    1048576UL

#define MAX_ACTIVE_RANGES 2051

extern unsigned long host_vmemmap, host_kmap_slot, host_pkmap;
#define VMEMMAP_START  host_vmemmap
#define VMEMMAP_END    (host_vmemmap + MAX_PFN_LIMIT * sizeof(struct page))
#define KMAP_SLOT_VA   host_kmap_slot
#define VMALLOC_OFFSET (8UL << 20)
#define PKMAP_BASE     host_pkmap
#define LAST_PKMAP     1024UL

#endif
