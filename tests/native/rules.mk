# SPDX-License-Identifier: 0BSD
#
# rules.mk - mm/ as a malloc for 32-bit programs of the host (LD_PRELOAD), and what measures it.
# mm/ is compiled as for the kernel; tests/native/include/asm stands before the kernel's headers.

# 32 where the host cannot start such programs: an emulator shows what memory they need.
NATIVE_BITS ?= $(or $(firstword $(HOST_BITS)),64)
NATIVE_OUT  := $(BUILD)/native/$(NATIVE_BITS)

NATIVE_SRCS := $(MM_SRCS) lib/format.c lib/string.c lib/similar.c \
	$(if $(filter 32,$(NATIVE_BITS)),arch/x86/mem.S,tests/native/mem64.S) \
	$(addprefix tests/native/,boot.c direct.c machine.c malloc.c)
NATIVE_OBJS := $(addprefix $(NATIVE_OUT)/obj/,$(addsuffix .o,$(basename $(NATIVE_SRCS))))

# The kernel's flags but for what only a kernel can have: its own check of calls through pointers.
# A library with code that is not position-independent is relocated when it is loaded.
NATIVE_FLAGS_32 := $(filter-out $(INDIRECT) -Werror,$(KCFLAGS))
NATIVE_FLAGS_64 := -fPIC -mno-red-zone \
	$(filter-out -fno-pic -fno-pie -march=i686 -freg-struct-return,$(NATIVE_FLAGS_32))
NATIVE_CFLAGS := -m$(NATIVE_BITS) $(NATIVE_FLAGS_$(NATIVE_BITS)) \
	-Itests/native/include -Iinclude -Iarch/x86/include -iquote mm $(CONFIG)
NATIVE_KERNEL := -include tests/native/masking.h

$(NATIVE_OUT)/obj/tests/native/machine.o: NATIVE_KERNEL := -D_GNU_SOURCE
$(NATIVE_OUT)/obj/tests/native/malloc.o: NATIVE_KERNEL += -fno-builtin
$(NATIVE_OUT)/obj/mm/slab_cpu.o $(NATIVE_OUT)/obj/mm/kmalloc.o: \
	NATIVE_KERNEL += -momit-leaf-frame-pointer
$(NATIVE_OUT)/obj/mm/slab_cpu.o: NATIVE_KERNEL += -fno-tree-ter

$(NATIVE_OUT)/compile.flags: flags = $(HOST_WITH_CC) $(NATIVE_CFLAGS)
$(NATIVE_OUT)/compile.flags: FORCE
	$(write_flags)

$(NATIVE_OUT)/obj/%.o: %.c tests/native/rules.mk tests/native/masking.h $(NATIVE_OUT)/compile.flags
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_WITH_CC) $(NATIVE_CFLAGS) $(NATIVE_KERNEL) -MMD -MP -c -o $@ $<

$(NATIVE_OUT)/obj/%.o: %.S tests/native/rules.mk $(NATIVE_OUT)/compile.flags
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_WITH_CC) $(NATIVE_CFLAGS) -MMD -MP -c -o $@ $<

$(NATIVE_OUT)/libmmkit.so: $(NATIVE_OBJS) tests/native/exports.map
	$(call say,HOST,$@)
	$(Q)$(HOST_CC) -m$(NATIVE_BITS) -shared -Wl,-z,notext,-z,defs \
		-Wl,--version-script=tests/native/exports.map -o $@ $(NATIVE_OBJS)

-include $(NATIVE_OBJS:.o=.d)

$(NATIVE_OUT)/measure: tests/native/measure.c
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) -O2 -Wall -Wextra -D_GNU_SOURCE -static -o $@ $<

# -fno-builtin: a pair of malloc() and free() must not be seen to be none.
$(NATIVE_OUT)/micro $(NATIVE_OUT)/conformance: $(NATIVE_OUT)/%: tests/native/%.c \
		tests/native/direct.h tests/native/rules.mk
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) -m$(NATIVE_BITS) -O2 -Wall -Wextra -D_GNU_SOURCE \
		-fno-builtin -Wno-alloc-size-larger-than -pthread -o $@ $<

NATIVE_PROGRAMS := $(addprefix $(NATIVE_OUT)/,libmmkit.so measure micro conformance)

.PHONY: bench-native native native-starts
native: $(NATIVE_PROGRAMS)
native-starts:
	@test -n '$(filter $(NATIVE_BITS),$(HOST_BITS))'

bench-native: native ## measure mm/ as a malloc beside four others
	@BUILD="$(BUILD)" scripts/bench-native --bits $(NATIVE_BITS) $(ARGS)
