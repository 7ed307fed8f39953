/* SPDX-License-Identifier: 0BSD
 *
 * slab_backend.h - the back end that was chosen at build time: its struct kmem_cache and its fast
 * paths. What it has to offer stands in slab_common.h.
 */
#ifndef MM_SLAB_BACKEND_H
#define MM_SLAB_BACKEND_H

#if defined(CONFIG_SLUB)
#include "slub_cpu.h"
#else
#include "slab_cpu.h"
#endif

#endif
