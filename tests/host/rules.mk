# SPDX-License-Identifier: 0BSD
#
# rules.mk - what needs no hardware, as programs of the host: mmsim, the host twin, and the tests
# with sanitizers, as 32-bit and as 64-bit code. The sources are the kernel's own; the headers in
# tests/host/include/asm stand before the kernel's.

include mm/sources.mk

HOST_CC    ?= gcc
HOST_CLANG := $(shell command -v clang)
# A word size counts if a program of that size runs: there are systems with all libraries for 32
# bits whose kernel does not start such a program.
HOST_BITS  := $(foreach bits,32 64,$(shell out=$$(mktemp) && \
	echo 'int main(void) { return puts("$(bits)") < 0; }' | \
	$(HOST_CC) -m$(bits) -x c -include stdio.h -o $$out - 2>/dev/null && \
	$$out 2>/dev/null; rm -f $$out))
# The builds of the tests: by compiler and word size. `make cpus-nodes` has others.
HOST_KINDS ?= 32 64 $(if $(HOST_CLANG),clang-32 clang-64)
HOST_OUT   := $(BUILD)/host-test

# Compiled as for the kernel: no header of the host, and our C library under names of its own.
HOST_LIB := $(filter-out lib/ksyms.c,$(wildcard lib/*.c))
HOST_MACHINE := $(MM_SRCS) $(FIRMWARE_SRCS) $(MONITOR_SRCS) boot/cmdline.c \
	tests/host/machine_boot.c
HOST_TESTS := $(addprefix tests/,ktest.c ktest_check.c ktest_memory.c capture.c) \
	$(wildcard tests/ktest/*.c tests/lib/*.c tests/firmware/*.c) \
	$(filter-out $(OTHER_SLAB_TESTS),$(wildcard tests/mm/*.c)) \
	$(filter-out %/input.c %/screen.c,$(wildcard tests/console/*.c)) \
	$(filter-out %/monitor_sys.c %/screen_map.c,$(wildcard tests/monitor/*.c)) \
	tests/boot/cmdline.c tests/model/bootmem.c \
	$(addprefix tests/host/,acpi.c before_boot.c cpus.c fill.c format_oracle.c fuzz_parsers.c \
	kernel_log.c layout.c mapping.c memory_setup.c mempool.c monitor_lines.c \
	vmalloc.c)
HOST_MODELS := $(wildcard tests/model/*.c) tests/mm/boot_node.c tests/mm/marks.c
HOST_TRACE := tests/trace/replay.c
HOST_KERNEL := $(sort $(HOST_LIB) $(HOST_MACHINE) $(CONSOLE_SRCS) $(HOST_TESTS) $(HOST_MODELS) \
	$(HOST_TRACE))
# Compiled against the host's library.
HOST_PLAIN := $(addprefix tests/host/,acpi_dir.c e820_corpus.c e820_file.c leak_roots.c machine.c \
	main.c mmsim.c models.c row_file.c srat_file.c)

RUNNER_SRCS := $(HOST_LIB) $(HOST_MACHINE) $(CONSOLE_SRCS) $(HOST_TESTS) \
	$(addprefix tests/host/,leak_roots.c machine.c main.c)
CORPUS_SRCS := $(HOST_LIB) arch/x86/firmware/e820.c tests/host/e820_corpus.c
MMSIM_SRCS  := $(HOST_LIB) $(HOST_MACHINE) $(HOST_TRACE) \
	$(addprefix tests/host/,acpi_dir.c e820_file.c leak_roots.c machine.c mmsim.c \
	row_file.c srat_file.c)

MODELS_SRCS := $(HOST_LIB) $(HOST_MACHINE) $(HOST_MODELS) \
	$(addprefix tests/host/,leak_roots.c machine.c models.c)

# backtrace() reads the unwind tables, which clang leaves out of freestanding code.
HOST_CFLAGS := -std=gnu11 -g -funwind-tables -fno-pie -fno-strict-aliasing $(WARNINGS) \
	-Itests/host/include -Iinclude -Iarch/x86/include -iquote mm
HOST_KERNEL_CFLAGS := -ffreestanding -include tests/host/rename.h
# Half of the objects are tests. The compiler would optimise them in as much time as all of mm/, and
# they would not run noticeably faster.
HOST_TEST_CFLAGS   := $(HOST_KERNEL_CFLAGS) -O0
HOST_PLAIN_CFLAGS  := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
# How the tests' code is watched: `make coverage` asks for something else. For a report's call chain
# the lines are enough; types would take a fifth of the build's time.
HOST_WATCH ?= -g1 -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_IGNORE := -fsanitize-ignorelist=tests/host/sets.ignore

HOST_WITH_CC    := $(HOST_CC) $(call werror,$(HOST_CC))
HOST_WITH_CLANG := $(if $(HOST_CLANG),clang $(HOST_IGNORE) $(call werror,clang))

runner-objs := $(RUNNER_SRCS:.c=.o)
mmsim-objs  := $(MMSIM_SRCS:.c=.o)

# $(call host_rules,DIR,CC,FLAGS): objects and programs in DIR, compiled by CC with FLAGS.
host_objs = $(patsubst %.c,$(1)/%.o,$(2))

define host_rules
$(call host_objs,$(1),$(HOST_KERNEL)): HOST_EXTRA := $(HOST_KERNEL_CFLAGS)
$(call host_objs,$(1),$(filter-out $(HOST_MODELS),$(HOST_TESTS))): HOST_EXTRA := $(HOST_TEST_CFLAGS)
$(call host_objs,$(1),$(HOST_PLAIN)): HOST_EXTRA := $(HOST_PLAIN_CFLAGS)
$(1)/compile.flags: flags = $(2) $(HOST_CFLAGS) $(3)
$(1)/compile.flags: FORCE
	$$(write_flags)
$(1)/%.o: %.c tests/host/rules.mk tests/host/sets.ignore $(1)/compile.flags
	$$(call say,HOST,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(call take_or,$(1)/compile.flags) \
		$(2) $(HOST_CFLAGS) $(3) $$(HOST_EXTRA) -MMD -MP -c -o $$@ $$<
$(1)/runner: $(call host_objs,$(1),$(RUNNER_SRCS))
$(1)/e820_corpus: $(call host_objs,$(1),$(CORPUS_SRCS))
$(1)/mmsim: $(call host_objs,$(1),$(MMSIM_SRCS))
$(1)/models: $(call host_objs,$(1),$(MODELS_SRCS))
$(addprefix $(1)/,runner e820_corpus mmsim models): tests/host/sets.ld
	$$(call say,HOST,$$@)
	$$(Q)$(2) $(3) -no-pie -pthread -o $$@ $$(filter %.o,$$^) -T tests/host/sets.ld
# The same with mm/ as one file.
$(1)/mmkit_mm.o: $(BUILD)/mmkit_mm.c $(1)/compile.flags
	$$(call say,HOST,$$<)
	$$(Q)$(2) $(HOST_CFLAGS) $(3) $(HOST_KERNEL_CFLAGS) -c -o $$@ $$<
$(addprefix $(1)/,runner-amalgam mmsim-amalgam): $(1)/%-amalgam: $(1)/% $(1)/mmkit_mm.o
	$$(call say,HOST,$$@)
	$$(Q)$(2) $(3) -no-pie -pthread -o $$@ $(1)/mmkit_mm.o \
		$$(filter-out $(call host_objs,$(1),$(MM_SRCS)),$$($$*-objs:%=$(1)/%)) \
		-T tests/host/sets.ld
-include $(patsubst %.o,%.d,$(call host_objs,$(1),$(HOST_KERNEL) $(HOST_PLAIN)))
endef

# The host twin is a 32-bit program where the host runs one: then structures have the kernel's
# sizes.
HOST_M := -m$(or $(firstword $(HOST_BITS)),64)
$(eval $(call host_rules,$(BUILD)/host,$(HOST_WITH_CC),$(CONFIG) $(HOST_M) -O2))

HOST_DIRS := $(addprefix $(HOST_OUT)/,$(HOST_KINDS))
HOST_RUNS := $(filter $(addprefix %/,$(HOST_BITS)) $(addprefix %-,$(HOST_BITS)),$(HOST_DIRS))
# For a directory: its compiler, by its name's first word, and the word size, its last one.
host_cc   = $(if $(filter clang-%,$(notdir $(1))),$(HOST_WITH_CLANG),$(HOST_WITH_CC))
host_bits = $(lastword $(subst -, ,$(notdir $(1))))
# Those for two CPUs or two nodes say so, and are checked builds.
host_words = $(filter $(1),$(subst -, ,$(notdir $(2))))
host_config = $(if $(call host_words,cpus2 nodes2,$(1)),$(call config,$(if \
	$(call host_words,cpus2,$(1)),2,1),$(if $(call host_words,nodes2,$(1)),2,1),y),$(CONFIG))
$(foreach dir,$(HOST_DIRS),$(eval $(call host_rules,$(dir), \
	$(call host_cc,$(dir)),$(call host_config,$(dir)) -m$(call host_bits,$(dir)) \
	$(HOST_WATCH))))

# The host twin once more as users get it: it must keep to its second for each map. `make
# coverage` has no use for it.
HOST_FAST ?= $(BUILD)/host/mmsim
HOST_PROGRAMS := $(HOST_FAST) \
	$(foreach dir,$(HOST_RUNS),$(addprefix $(dir)/,runner e820_corpus mmsim models))

host-test: $(HOST_PROGRAMS) ## run the tests that need no hardware, with sanitizers
	@HOST_SKIPS='$(notdir $(filter-out $(HOST_RUNS),$(HOST_DIRS)))' \
		HOST_FAST='$(HOST_FAST)' tests/host/run $(HOST_RUNS)

CPUS_NODES := cpus2-64 nodes2-64 cpus2-nodes2-64

.PHONY: cpus-nodes host-all
cpus-nodes: ## the same where mm/ is built for two CPUs, two nodes, and two of both
	@$(MAKE) --no-print-directory host-test HOST_KINDS='$(CPUS_NODES)'

# As part of .ci/run: of compiler, word size, CPUs and nodes each choice meets each other one, but
# for two CPUs in 32 bits, which the checked kernel has; all combinations would be sixteen.
host-all:
	@$(MAKE) --no-print-directory host-test \
		HOST_KINDS='32 64 clang-nodes2-32 clang-cpus2-64 cpus2-nodes2-64'

.PHONY: soak
soak: $(firstword $(HOST_RUNS))/models ## run the models on random operations for SECONDS=60 each
	$< --seconds $(SECONDS) --seed $$(date +%s)
