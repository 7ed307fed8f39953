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
SLAB_CONFIG := $(if $(filter slub,$(SLAB)),-DCONFIG_SLUB)$(if $(filter slob,$(SLAB)),-DCONFIG_SLOB)

MM_SRCS := $(sort $(filter-out $(slab_back_end) $(slub_back_end) $(slob_back_end), \
	$(wildcard mm/*.c)) $($(SLAB)_back_end))

# Tests that know the insides of a back end have its name at the end, and come with it only.
OTHER_SLAB_TESTS := $(foreach other,$(filter-out $(SLAB),slab slub slob), \
	$(wildcard tests/mm/*_$(other).c tests/x86/*_$(other).c))
