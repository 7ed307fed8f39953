/* SPDX-License-Identifier: 0BSD
 *
 * init.h - code and data that exist only during the boot.
 *
 * What is marked __init or __initdata is given to the buddy allocator by free_initmem(). Kept code
 * must not refer to it: scripts/build/check-sections refuses such a reference at build time.
 * __ref_init marks the function that calls the boot before it throws it away; tables of boot tests
 * lie in .ref.init.* as well. A foreign kernel that frees nothing says -DMM_KEEP_INIT, and its
 * linker script need not know these sections.
 */
#ifndef LIB_INIT_H
#define LIB_INIT_H

#include <lib/compiler.h>

#ifdef MM_KEEP_INIT
#define __init __cold __noinline
#define __initdata
#define __initconst
#define __ref_init __noinline
#else
#define __init	    __section(".init.text") __cold __noinline
#define __initdata  __section(".init.data")
#define __initconst __section(".init.rodata")
#define __ref_init  __section(".ref.init.text") __noinline
#endif

#endif
