# SPDX-License-Identifier: 0BSD
#
# rules.mk - a foreign kernel around mm/: port/small with mmport.h and mmport.c, built as
# docs/port.md says, once for each choice of what is left out.

# What is the kernel's (docs/port.md), its own flags, and of mm/'s only the include paths.
PORT_FLAGS = -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -fno-stack-protector \
	-mgeneral-regs-only -fno-strict-aliasing \
	-nostdinc -isystem $(shell $(KCC) -print-file-name=include 2>/dev/null) \
	-Iport -Iinclude -Iarch/x86/include -iquote mm -DMM_KEEP_INIT \
	$(WARNINGS) $(call werror,$(KCC))
PORT_LD     = $(LD) -m elf_i386 -nostdlib -static --build-id=none -z noexecstack $(no_rwx_warning)
PORT_SRCS  := $(sort $(wildcard port/*.c port/small/*.[cS]))

# $(1): the name of a kernel; $(2): its back end of the slab; $(3): more flags; $(4): how mm/'s
# objects are linked.
define port_kernel
$(BUILD)/port/$(1).flags: flags = $(KCC) $$(PORT_FLAGS) $(call slab_config,$(2)) $(3)
$(BUILD)/port/$(1).flags: FORCE
	$$(write_flags)

$(BUILD)/port/$(1)/%.o: %.c $(BUILD)/port/$(1).flags
	@mkdir -p $$(@D)
	$$(Q)$(KCC) $(3) $$(PORT_FLAGS) $(call slab_config,$(2)) -MMD -MP -c -o $$@ $$<

$(BUILD)/port/$(1)/%.o: %.S $(BUILD)/port/$(1).flags
	@mkdir -p $$(@D)
	$$(Q)$(KCC) $(3) $$(PORT_FLAGS) -MMD -MP -c -o $$@ $$<

$(BUILD)/port/$(1)/mm.a: $(patsubst %.c,$(BUILD)/port/$(1)/%.o,$(call mm_srcs,$(2)))
	@rm -f $$@
	$$(Q)$(AR) -rcsD $$@ $$^

$(BUILD)/port/$(1).elf: $(patsubst %,$(BUILD)/port/$(1)/%.o,$(basename $(PORT_SRCS))) \
	$(BUILD)/port/$(1)/mm.a port/small/kernel.ld
	$$(call say,LD,$$@)
	$$(Q)$$(PORT_LD) -T port/small/kernel.ld -o $$@ $$(filter %.o,$$^) $(4) $$(filter %.a,$$^)

-include $(patsubst %,$(BUILD)/port/$(1)/%.d,$(basename $(PORT_SRCS) $(call mm_srcs,$(2))))
PORT_KERNELS += $(BUILD)/port/$(1).elf
endef

# All of mm/, with each back end of the slab; and what a linker takes out of an archive: without
# reports, checks and all else that the kernel does not call.
$(eval $(call port_kernel,slab,slab,,--whole-archive))
$(eval $(call port_kernel,slub,slub,,--whole-archive))
$(eval $(call port_kernel,slob,slob,,--whole-archive))
by_function := -DWITHOUT_CHECKS -ffunction-sections -fdata-sections
$(eval $(call port_kernel,needed,slab,$(by_function),--gc-sections))
# mem_map in a window, and headers that can be wrong (port/small/window).
$(eval $(call port_kernel,window,slab,-Iport/small/window,--whole-archive))
$(BUILD)/port/window.elf: $(BUILD)/port/window/port/small/window/window.o
$(BUILD)/port/window/port/mmport.o: PORT_FLAGS += -Darch_map_kernel=no_map_kernel
-include $(BUILD)/port/window/port/small/window/window.d

.PHONY: port
port: $(PORT_KERNELS) ## build a foreign kernel around mm/ (docs/port.md), in build/port

.PHONY: port-test
port-test: $(PORT_KERNELS) ## boot it, and wrong ports of it, which must stop in words
	@KCC='$(KCC) $(PORT_FLAGS)' scripts/test/port-test
