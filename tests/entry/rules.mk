# SPDX-License-Identifier: 0BSD
#
# rules.mk - the shim that starts the kernel in odd states: `make entry-test`.

SHIM_OBJS := $(BUILD)/obj/tests/entry/start.o $(BUILD)/obj/tests/entry/shim.o

# It has no kernel yet that could look where a pointer leads.
$(SHIM_OBJS): private KCFLAGS := $(filter-out $(INDIRECT),$(KCFLAGS))

$(BUILD)/shim.elf: $(SHIM_OBJS) tests/entry/shim.ld
	$(call say,LD,$@)
	$(Q)$(LD) -m elf_i386 -nostdlib -static --build-id=none -T tests/entry/shim.ld -o $@ \
		$(SHIM_OBJS)

.PHONY: entry-test
entry-test: $(ELF) $(BUILD)/shim.elf ## start the kernel in states that loaders leave
	@scripts/test/entry-test

-include $(SHIM_OBJS:.o=.d)
