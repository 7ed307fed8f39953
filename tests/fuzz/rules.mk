# SPDX-License-Identifier: 0BSD
#
# rules.mk - the fuzz targets, built with clang's libFuzzer: each tests/fuzz/TARGET.c that is named
# here becomes build/fuzz/TARGET. They are 32-bit programs where the host can build such.

FUZZ_TARGETS := e820_text e820_map multiboot multiboot2 cmdline bootmem buddy slab migrate \
	vmalloc monitor trace acpi srat slit
FUZZ_OUT     := $(BUILD)/fuzz
FUZZ_CC      ?= clang
FUZZ_WATCH   := -g1 -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fsanitize-ignorelist=tests/host/sets.ignore

# clang for 32 bits may look for the C++ library, which libFuzzer needs, where only a cross compiler
# lies; the host's gcc knows where it is. The answer is empty if there is no libFuzzer at all.
FUZZ_LIB32  = -L$(dir $(shell gcc -m32 -print-file-name=libstdc++.a 2>/dev/null))
fuzz_links  = $(shell echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | $(FUZZ_CC) $(1) \
	-fsanitize=fuzzer,address,undefined -x c -o /dev/null - 2>/dev/null && echo '$(1)')
ifneq ($(filter fuzz% $(BUILD)/fuzz/%,$(MAKECMDGOALS)),)
FUZZ_M := $(or $(if $(filter 32,$(HOST_BITS)),$(call fuzz_links,-m32 $(FUZZ_LIB32))), \
	$(call fuzz_links,-m64))
endif

FUZZ_KERNEL := $(sort $(HOST_LIB) $(HOST_MACHINE) $(HOST_MODELS) $(HOST_TRACE) \
	tests/monitor/typist.c \
	$(addprefix tests/fuzz/,boot_info.c e820_oracle.c run_model.c \
	$(patsubst %,%.c,$(filter-out e820_text,$(FUZZ_TARGETS)))))
FUZZ_PLAIN  := $(addprefix tests/host/,e820_file.c leak_roots.c machine.c row_file.c) \
	$(addprefix tests/fuzz/,host.c e820_text.c)
# All targets are linked with all of this.
FUZZ_COMMON := $(filter-out $(patsubst %,tests/fuzz/%.c,$(FUZZ_TARGETS)), \
	$(FUZZ_KERNEL) $(FUZZ_PLAIN))
fuzz_objs    = $(patsubst %.c,$(FUZZ_OUT)/obj/%.o,$(1))

$(call fuzz_objs,$(FUZZ_KERNEL)): FUZZ_EXTRA := $(HOST_KERNEL_CFLAGS)
$(call fuzz_objs,$(FUZZ_PLAIN)): FUZZ_EXTRA := $(HOST_PLAIN_CFLAGS)

# What is tested tells the fuzzer its paths; an oracle's would only lead it astray, slowly.
$(call fuzz_objs,$(filter-out tests/%,$(FUZZ_KERNEL)) $(HOST_TRACE) \
	$(addprefix tests/host/,e820_file.c row_file.c)): \
	FUZZ_EXTRA += -fsanitize=fuzzer-no-link

$(FUZZ_OUT)/compile.flags: flags = $(FUZZ_CC) $(filter -m%,$(FUZZ_M)) $(CONFIG) \
	$(HOST_CFLAGS) $(FUZZ_WATCH)
$(FUZZ_OUT)/compile.flags: FORCE
	$(write_flags)

$(FUZZ_OUT)/obj/%.o: %.c tests/fuzz/rules.mk tests/host/rules.mk tests/host/sets.ignore \
		$(FUZZ_OUT)/compile.flags
	$(call say,FUZZ,$<)
	@mkdir -p $(@D)
	$(Q)$(call take_or,$(FUZZ_OUT)/compile.flags) $(FUZZ_CC) $(filter -m%,$(FUZZ_M)) $(CONFIG) \
		$(HOST_CFLAGS) $(FUZZ_WATCH) $(FUZZ_EXTRA) -MMD -MP -c -o $@ $<

FUZZ_PROGRAMS := $(addprefix $(FUZZ_OUT)/,$(FUZZ_TARGETS))
$(FUZZ_PROGRAMS): $(FUZZ_OUT)/%: $(FUZZ_OUT)/obj/tests/fuzz/%.o $(call fuzz_objs,$(FUZZ_COMMON)) \
		tests/host/sets.ld tests/fuzz/user_map.ld
	$(call say,FUZZ,$@)
	$(Q)$(FUZZ_CC) $(FUZZ_M) -fsanitize=fuzzer,address,undefined -no-pie -o $@ \
		$(filter %.o,$^) -T tests/host/sets.ld -T tests/fuzz/user_map.ld

-include $(patsubst %.o,%.d,$(call fuzz_objs,$(FUZZ_KERNEL) $(FUZZ_PLAIN)))

.PHONY: fuzz fuzz-test
fuzz: $(if $(FUZZ_M),$(FUZZ_PROGRAMS)) ## run each fuzzer for SECONDS=60, two at a time
	@tests/fuzz/run --seconds $(SECONDS) $(FUZZ_OUT) $(FUZZ_TARGETS)

fuzz-test: $(if $(FUZZ_M),$(FUZZ_PROGRAMS)) # as part of .ci/run: the seeds, and a few seconds
	@tests/fuzz/run --test $(FUZZ_OUT) $(FUZZ_TARGETS)
