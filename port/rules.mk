# SPDX-License-Identifier: 0BSD
#
# rules.mk - a foreign kernel around mm/: port/small with mmport.h and mmport.c, built as
# docs/port.md says, once for each choice of what is left out, for i386 and for x86_64.

# What compiles and links for 64 bits: what does so for 32, if it can. Empty: nothing here does.
that_compiles_64 = $(shell echo | $(1) -m64 -fno-pic -mcmodel=kernel -x c -c -o /dev/null - \
	2>/dev/null && echo $(1))
that_links_64    = $(shell $(1) -m elf_x86_64 -v >/dev/null 2>&1 && echo $(1))
PORT_CC_i386    = $(KCC)
PORT_CC_x86_64 := $(or $(call that_compiles_64,$(KCC)), \
	$(call that_compiles_64,x86_64-linux-gnu-gcc), \
	$(call that_compiles_64,gcc),$(call that_compiles_64,clang))
PORT_LD_i386    = $(LD)
PORT_LD_x86_64 := $(or $(call that_links_64,$(LD)),$(call that_links_64,x86_64-linux-gnu-ld), \
	$(call that_links_64,ld),$(call that_links_64,ld.lld))

# Where the first 8 GiB and the image are in 64 bits: port/small/x86_64/entry.S maps them so.
PORT_OFFSET_i386   := 0UL
PORT_OFFSET_x86_64 := 0xFFFF800000000000
PORT_IMAGE_i386    := 0
PORT_IMAGE_x86_64  := 0xFFFFFFFF80000000
PORT_ARCH_x86_64   := -m64 -mno-red-zone -mcmodel=kernel -DIMAGE_OFFSET=$(PORT_IMAGE_x86_64) \
	-DZONE_NORMAL_END_PFN=0x200000UL

# What is the kernel's (docs/port.md), its own flags, and of mm/'s only the include paths.
port_flags = -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -fno-stack-protector \
	-mgeneral-regs-only -fno-strict-aliasing \
	-nostdinc -isystem $(shell $(PORT_CC_$(1)) -print-file-name=include 2>/dev/null) \
	-Iport -Iinclude -Iarch/x86/include -iquote mm -DMM_KEEP_INIT \
	$(WARNINGS) $(call werror,$(PORT_CC_$(1))) $(PORT_ARCH_$(1))
port_ld = $(PORT_LD_$(1)) -m elf_$(1) -nostdlib -static --build-id=none -z noexecstack \
	$(no_rwx_warning) --defsym=IMAGE_OFFSET=$(PORT_IMAGE_$(1)) -T port/small/kernel.ld
port_srcs = $(sort $(wildcard port/*.c port/small/*.c)) \
	$(addprefix port/small/$(1)/,entry.S paging.c)

# $(1): the name of a kernel; $(2): i386 or x86_64; $(3): its back end of the slab; $(4): more
# flags; $(5): how mm/'s objects are linked; $(6): more sources.
define port_kernel
$(BUILD)/port/$(1).flags: flags = $(PORT_CC_$(2)) $(4) $$(call port_flags,$(2)) \
	$(call slab_config,$(3))
$(BUILD)/port/$(1).flags: FORCE
	$$(write_flags)

$(BUILD)/port/$(1)/%.o: %.c $(BUILD)/port/$(1).flags
	@mkdir -p $$(@D)
	$$(Q)$(PORT_CC_$(2)) $(4) $$(call port_flags,$(2)) $(call slab_config,$(3)) \
		$$(PORT_MORE) -MMD -MP -c -o $$@ $$<

$(BUILD)/port/$(1)/%.o: %.S $(BUILD)/port/$(1).flags
	@mkdir -p $$(@D)
	$$(Q)$(PORT_CC_$(2)) $$(call port_flags,$(2)) -DPAGE_OFFSET=$(PORT_OFFSET_$(2)) \
		-MMD -MP -c -o $$@ $$<

$(BUILD)/port/$(1)/mm.a: $(patsubst %.c,$(BUILD)/port/$(1)/%.o,$(call mm_srcs,$(3)))
	@rm -f $$@
	$$(Q)$(AR) -rcsD $$@ $$^

$(BUILD)/port/$(1)/kernel.elf: \
	$(patsubst %,$(BUILD)/port/$(1)/%.o,$(basename $(call port_srcs,$(2)) $(6))) \
	$(BUILD)/port/$(1)/mm.a port/small/kernel.ld
	$$(Q)$$(call port_ld,$(2)) -o $$@ $$(filter %.o,$$^) $(5) $$(filter %.a,$$^)

# A loader of multiboot 1 takes 32 bits only; build/port/NAME/kernel.elf is for the debugger.
$(BUILD)/port/$(1).elf: $(BUILD)/port/$(1)/kernel.elf
	$$(call say,COPY,$$@)
	$$(Q)$(OBJCOPY) -O elf32-i386 $$< $$@

-include $(patsubst %,$(BUILD)/port/$(1)/%.d, \
	$(basename $(call port_srcs,$(2)) $(6) $(call mm_srcs,$(3))))
PORT_KERNELS += $(BUILD)/port/$(1).elf
endef

# All of mm/, with each back end of the slab; and what a linker takes out of an archive: without
# reports, checks and all else that the kernel does not call.
offset = -DPAGE_OFFSET=$(PORT_OFFSET_$(1))
$(eval $(call port_kernel,slab,i386,slab,$(call offset,i386),--whole-archive))
$(eval $(call port_kernel,slub,i386,slub,$(call offset,i386),--whole-archive))
$(eval $(call port_kernel,slob,i386,slob,$(call offset,i386),--whole-archive))
by_function := -DWITHOUT_CHECKS -ffunction-sections -fdata-sections
$(eval $(call port_kernel,needed,i386,slab,$(call offset,i386) $(by_function),--gc-sections))

# mem_map in a window, and headers that can be wrong (port/small/window).
# $(1): the name; $(2): i386 or x86_64; $(3): where the window is.
define window_kernel
$(call port_kernel,$(1),$(2),slab,-Iport/small/window -DSMALL_OFFSET=$(PORT_OFFSET_$(2)) \
	-DSMALL_WINDOW=$(3),--whole-archive,port/small/window/window.c port/small/$(2)/window.c)
$(BUILD)/port/$(1)/port/mmport.o: PORT_MORE = -Darch_map_kernel=no_map_kernel
endef
$(eval $(call window_kernel,window,i386,0xD0000000UL))

ifneq ($(and $(PORT_CC_x86_64),$(PORT_LD_x86_64)),)
$(eval $(call port_kernel,slab-64,x86_64,slab,$(call offset,x86_64),--whole-archive))
$(eval $(call window_kernel,window-64,x86_64,0xFFFFEA0000000000))
endif

.PHONY: port
port: $(PORT_KERNELS) ## build a foreign kernel around mm/ (docs/port.md), in build/port

.PHONY: port-test
port-test: $(PORT_KERNELS) ## boot it, and wrong ports of it, which must stop in words
	@KCC='$(KCC) $(call port_flags,i386)' KERNELS='$(basename $(notdir $(PORT_KERNELS)))' \
		scripts/test/port-test
