# SPDX-License-Identifier: 0BSD
#
# sources.mk - the one list of mm/'s sources for every build that takes mm/: kernel, host, fuzzing.
# SLAB=slab|slub|slob is the back end of mm/slab.h; a C file learns of it by slab_backend.h.
SLAB ?= slab

slab_back_end := $(addprefix mm/,slab.c slab_array.c slab_cpu.c slab_map.c slab_size.c \
	check_slab.c)
slub_back_end := $(wildcard mm/slub*.c mm/check_slub.c)
slob_back_end := $(wildcard mm/slob*.c mm/check_slob.c)
ifeq ($(wildcard mm/$(filter slab slub slob,$(SLAB)).c),)
$(error SLAB=$(SLAB) is no back end)
endif
# Of the back end $(1): what a C file learns of it, and mm/'s sources.
slab_config = $(if $(filter slub,$(1)),-DCONFIG_SLUB)$(if $(filter slob,$(1)),-DCONFIG_SLOB)
mm_srcs = $(sort $(filter-out $(slab_back_end) $(slub_back_end) $(slob_back_end), \
	$(wildcard mm/*.c)) $($(1)_back_end))

SLAB_CONFIG := $(call slab_config,$(SLAB))
MM_SRCS := $(call mm_srcs,$(SLAB))

# Tests that know the insides of a back end have its name at the end, and come with it only.
OTHER_SLAB_TESTS := $(foreach other,$(filter-out $(SLAB),slab slub slob), \
	$(wildcard tests/mm/*_$(other).c tests/x86/*_$(other).c))

# Headers that belong to another back end: nothing includes them here.
slab_headers := mm/slab_cpu.h mm/slab_internal.h
slub_headers := $(wildcard mm/slub*.h)
slob_headers := $(wildcard mm/slob*.h)
OTHER_SLAB_HEADERS := $(foreach other,$(filter-out $(SLAB),slab slub slob),$($(other)_headers))

# What may be left out (include/mm/parts.h), by its files. One of two parts goes with either.
MM_PARTS := checks compaction highmem kfence leak_scan mempool page_debug reports slab slab_debug \
	util vmalloc
part_checks     := $(wildcard mm/check*.c)
part_compaction := $(addprefix mm/,compaction.c fragmentation.c migrate.c)
part_highmem    := $(addprefix mm/,check_kmap.c highmem.c kmap.c kmap.h)
part_kfence     := $(wildcard mm/*kfence*.c)
part_leak_scan  := $(wildcard mm/leak*.c)
part_mempool    := mm/mempool.c
part_page_debug := $(addprefix mm/,check_page_debug.c fail_page_alloc.c page_debug.c page_owner.c \
	page_poison.c)
part_reports    := $(addprefix mm/,address.c page_fail.c page_info.c report.c slab_usage.c \
	vmap_show.c)
part_slab       := $(wildcard mm/sl[aou]b*.c) $(addprefix mm/,check_caches.c check_slab.c \
	check_slob.c check_slub.c kmalloc.c krealloc.c)
part_slab_debug := $(addprefix mm/,check_slab_debug.c slab_debug.c slab_debug_report.c \
	slab_inspect.c)
part_util       := mm/util.c
part_vmalloc    := $(addprefix mm/,check_vmalloc.c ioremap.c vmalloc.c vmap_area.c vmap_show.c \
	vmap_tree.c)
