# SPDX-License-Identifier: 0BSD
#
# mmkit: a kernel memory subsystem that boots, tests itself and can be lifted out.
# `make help` lists the targets and the variables.

MEM        ?= 128M
SECONDS    ?= 60
COUNT      ?= 400
QEMU_ACCEL ?= tcg
NR_CPUS    ?= 1
MAX_NUMNODES ?= 8
BUILD      ?= build

comma := ,
space := $() $()

# Your own kernel (README.md): its sources and those that others wrote, its name and version; the
# tests that a boot runs, and which allocations it guards, unless `ktest=` and `kfence=` say so.
KERNEL ?= kernel
VENDOR ?= vendor
OWN_SRCS := $(wildcard $(addprefix $(KERNEL)/,*.c *.S */*.c */*.S))
KERNEL_NAME    ?= mmkit
KERNEL_VERSION ?= $(shell sed -n 's/^.define MMKIT_VERSION "\(.*\)"$$/\1/p' include/lib/version.h)
KTEST  ?= $(if $(OWN_SRCS),$(or $(subst $(space),$(comma),$(call own_suites,!)),none),*)
KFENCE ?= $(if $(OWN_SRCS),100,0)
LESSONS ?= $(if $(OWN_SRCS),n,y)

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
# As many jobs as there are cores, unless somebody said -j: here, or to the make that called this one.
ifeq ($(filter -j%,$(shell printf %s "$$MAKEFLAGS")),)
MAKEFLAGS += -j$(or $(shell nproc 2>/dev/null),1)
endif
export PYTHONDONTWRITEBYTECODE = 1
export BUILD KERNEL_NAME # for scripts/mmkit/boot.py

ELF := $(BUILD)/$(KERNEL_NAME).elf
ISO := $(BUILD)/$(KERNEL_NAME).iso
PASS1 := $(BUILD)/$(KERNEL_NAME).pass1.elf

# What a user has to wait for `make test`, who has two idle cores.
say_how_long = echo '\# make test takes 6 to 10 minutes on two idle cores, with its build'

ifneq ($(filter setup,$(MAKECMDGOALS)),)

# ---- `make setup X`: X must start after setup, also with -j, and look for its tools only then.
# So this make does the setup alone and hands the other goals to a second make, which reads this
# file anew.
GOALS := $(filter-out setup,$(MAKECMDGOALS))

.PHONY: setup $(GOALS)
setup: ## install what the goals beside it need (alone: everything)
	@$(if $(filter test,$(GOALS)),$(say_how_long))
	@scripts/setup $(GOALS)
	@$(if $(GOALS),$(MAKE) --no-print-directory $(GOALS))
$(GOALS): setup
	@:

else

# ---- Targets

.PHONY: all run lesson debug iso dist test own-test check host-test checked-test mutate proc screen screenshots \
	matrix coverage loaders bench bench-growth report report-test web web-test template tour distros format toolchain \
	clean help FORCE

all: $(ELF) ## build the kernel, build/mmkit.elf (the default)

run: $(if $(APPEND),$(ELF),$(ISO)) ## boot in QEMU on this terminal: self-tests, then the monitor
	@echo 'Ctrl-A X quits QEMU'
	@qemu-system-i386 -accel $(QEMU_ACCEL) -m $(MEM) -display none -net none -serial mon:stdio \
		$(if $(APPEND),-kernel $< -append "$$APPEND",-cdrom $<) $(QEMU_EXTRA)
export APPEND # for the shell: the value may hold any quotes

# `make lesson 3` is `make lesson N=3`.
ifneq ($(filter lesson,$(MAKECMDGOALS)),)
lesson_number := $(shell printf '%s\n' $(MAKECMDGOALS) | grep -x '[0-9]*')
N ?= $(lesson_number)
ifeq ($(LESSONS),n)
$(error the lessons are left out: make lesson $(N) LESSONS=y)
endif
.PHONY: $(lesson_number)
$(lesson_number):
	@:
endif

# Lesson 14 is on nodes: it has two, unless QEMU is told of others.
lesson_nodes = $(if $(filter 14,$(N)),$(if $(findstring -numa,$(QEMU_EXTRA)),,numa=fake=2))
lesson: $(ELF) ## play lesson N=1 in QEMU on this terminal; without N: list the lessons
	@echo 'Ctrl-A X quits QEMU'
	@qemu-system-i386 -accel $(QEMU_ACCEL) -m $(MEM) -display none -net none -serial mon:stdio -kernel $< \
		-append 'ktest=none loglevel=4 then=monitor $(lesson_nodes) monitor="lesson $(N)"' \
		$(QEMU_EXTRA)

debug: $(ELF) ## run it in QEMU under gdb, with commands that know pages (help mm-check)
	@scripts/dev/debug

iso: $(ISO) ## build the bootable image, build/mmkit.iso (BIOS, UEFI ia32 and x64)

# The tests of a kernel of one's own, and those of its tests that have to stop it.
own-test: $(ELF)
	@scripts/test/boot-test $(call own_suites,!)
	@$(if $(call own_suites,),scripts/test/boot-test --stop $(call own_suites,))

TREE ?= .
dist: $(ELF) ## what can be handed on, in build/dist: ELF, ISO, sources, sums; the same from any directory
	@OBJCOPY='$(OBJCOPY)' scripts/build/dist '$(BUILD)/dist' '$(KERNEL_NAME)-$(KERNEL_VERSION)' $< '$(TREE)' \
		$(if $(amalgamation),$(BUILD)/mmkit_mm.c $(BUILD)/mmkit_mm.h)

# Whatever a boot runs of itself, here it runs all tests.
matrix screen proc report-test web-test: override export KTEST := *

# In the order in which they begin, two side by side: what lasts longest comes early. The rest, which
# wants tools of certain versions or more time, is .ci/run's.
TEST_PARTS := kernel host matrix stop port checked check screen amalgam gdb report entry proc native

test: ## test the kernel in QEMU and, with sanitizers, on the host; then the static checks
	@$(say_how_long)
	@MAKE='$(MAKE)' BUILD='$(BUILD)' V='$(V)' scripts/test/run $(TEST_PARTS)

# A build of its own: the default one pays nothing for what is looked at here.
checked-test: ## boot the checked build for two CPUs: who holds a lock, and in which order?
	@$(MAKE) --no-print-directory BUILD='$(BUILD)/checked' NR_CPUS=2 DEBUG_LOCKS=y all
	@BUILD='$(BUILD)/checked' TEST_SUMMARY="$${TEST_SUMMARY:-$(BUILD)/test-summary.txt}" scripts/test/boot-test

check: $(ELF) ## run the static checks and linters: boundaries, sections, formatting, other builds
	@MAKE='$(MAKE)' BUILD='$(BUILD)' LD='$(LD)' NM='$(NM)' OBJDUMP='$(OBJDUMP)' \
		MM_SRCS='$(MM_SRCS)' KCC='$(KCC) $(KCPPFLAGS) $(KCFLAGS)' scripts/check/run $(CHECKS)

mutate: ## break the product in COUNT=400 small ways, one at a time: do the tests notice?
	scripts/test/mutate --bits $(firstword $(HOST_BITS)) --count $(COUNT)$(if $(SEED), --seed $(SEED))$(if \
		$(ONLY), --only '$(ONLY)')

proc: $(ELF) $(BUILD)/host/mmsim ## read the monitor's reports with parsers and programs made for Linux
	@scripts/test/proc-test

screen: $(ELF) $(ISO) ## use the screen and the keyboard of booted machines
	@scripts/test/screen-test

screenshots: $(ELF) $(ISO) ## make the pictures of docs/images anew
	@scripts/dev/screenshots

matrix: $(ELF) $(ISO) ## boot on many machines and memory sizes
	@scripts/test/boot-matrix

# MEM counts only if somebody set it: the report's own machine is a small one.
report: $(ELF) ## boot, replay TRACE=FILE, and make a page of it: build/report.html
	@scripts/report $(if $(filter-out file,$(origin MEM)),--memory '$(MEM)') \
		$(if $(TRACE),--trace '$(TRACE)') $(if $(APPEND),--append "$$APPEND")

report-test: $(ELF) $(BUILD)/host/mmsim ## look at that page in a headless Chromium
	@scripts/test/report-test

web: $(ELF) ## make a page that runs it in a browser tab: build/web/mmkit.html
	@OBJCOPY='$(OBJCOPY)' scripts/web

web-test: $(ELF) $(BUILD)/host/mmsim ## use that page in a headless Chromium
	@OBJCOPY='$(OBJCOPY)' scripts/test/web-test

loaders: $(ELF) ## boot by every loader and in every emulator that is here
	@OBJCOPY='$(OBJCOPY)' scripts/test/loaders

bench: $(ELF) ## count instructions, beside those of Linux 6.1
	@scripts/bench

bench-growth: $(ELF) ## what they grow with: memory, caches, pages in use, live objects
	@scripts/bench --growth

template: ## make a kernel by scripts/new-kernel, and do with it what README.md promises
	@scripts/test/template-test

tour: ## play the transcripts of docs/tour.md and docs/questions.md again, and compare
	@scripts/test/tour

distros: ## try `make setup run` and `make setup test` on fresh Debian 12, 13 and testing
	@scripts/test/distros

format: ## let clang-format format all C files
	find arch boot dev include lib mm port template tests -name '*.[ch]' -exec clang-format -i {} +

toolchain: ## build i686-elf binutils and gcc into ./toolchain (30 minutes, optional)
	scripts/build/toolchain

clean: ## remove build/
	$(if $(filter $(abspath $(BUILD))/%,$(CURDIR)/),$(error BUILD=$(BUILD) holds the sources))rm -rf '$(BUILD)'

help: ## list targets and variables
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' \
		Makefile $(wildcard tests/*/rules.mk port/rules.mk)
	@echo 'Variables:'
	@echo "  MEM=128M APPEND='ktest=buddy' QEMU_EXTRA='-smp 2' QEMU_ACCEL=tcg    for run"
	@echo "  QEMU_EXTRA='-vnc :0'    for run: the machine's screen, with live memory, too"
	@echo '  KTEST=none          tests that a boot runs of itself: none, or GLOB[,GLOB] (default: all;'
	@echo '                      with a kernel/ those that stand in it)'
	@echo '  KERNEL=dir          your own kernel instead of kernel/ (scripts/new-kernel makes one)'
	@echo '  VENDOR=dir          directories that others wrote, instead of vendor/ (README.md)'
	@echo '  KFENCE=n            guard one of n slab allocations (default: 100 with a kernel/, else 0: none)'
	@echo '  LESSONS=n           leave out the lessons (default: y, with a kernel/ n)'
	@echo '  TESTS=n             leave out all tests; own: all but those of kernel/'
	@echo '  CROSS_COMPILE=...   compiler prefix; else ./toolchain, i686-elf-, i686-linux-gnu-'
	@echo '  CC=clang            build with clang'
	@echo '  BUILD=dir           build there instead of build/'
	@echo '  NATIVE_BITS=32 ARGS="sqlite jq"    for bench-native: word size, rows'
	@echo '  NR_CPUS=n           the most CPUs that mm/ is built for (default: 1); only one is started'
	@echo '  MAX_NUMNODES=n      the most memory nodes that mm/ is built for (default: 8)'
	@echo '  SLAB=slub           the back end of the slab: slab (default), slub or slob (docs/design.md)'
	@echo '  DEBUG_LOCKS=y       the checked build: locks have owners and an order (mm/lockdep.c)'
	@echo '  -jN                 so many jobs at a time (default: as many as there are cores)'
	@echo '  V=1                 show the commands'

# ---- Tools

ifndef CROSS_COMPILE
find_prefix   = $(patsubst %gcc,%,$(shell PATH="toolchain/bin:$$PATH" command -v i686-elf-gcc))
CROSS_COMPILE := $(or $(find_prefix),i686-linux-gnu-)
endif

have = $(shell command -v $(1))
tool = $(if $(call have,$(CROSS_COMPILE)$(1)),$(CROSS_COMPILE)$(1),$(2))

ifneq ($(findstring clang,$(CC)),)
KCC := $(CC) --target=i686-elf
else ifeq ($(origin CC),command line)
KCC := $(CC)
else
KCC := $(CROSS_COMPILE)gcc
endif
LD      := $(call tool,ld,ld.lld)
NM      := $(call tool,nm,llvm-nm)
OBJCOPY := $(call tool,objcopy,llvm-objcopy)
READELF := $(call tool,readelf,llvm-readelf)
OBJDUMP := $(call tool,objdump,llvm-objdump)
AR      := $(call tool,ar,llvm-ar)
# 64-bit division and the like. A clang for i686-elf brings no such library of its own.
libgcc_of = $(wildcard $(shell $(1) -print-libgcc-file-name 2>/dev/null))
LIBGCC := $(or $(call libgcc_of,$(CROSS_COMPILE)gcc),$(call libgcc_of,$(KCC)), \
	$(call libgcc_of,gcc -m32), \
	$(call libgcc_of,$(CC) --target=i686-linux-gnu --rtlib=compiler-rt))

# ---- Flags

# Warnings are errors for the compilers that the tree is kept clean with. Another one may know new
# warnings, which are shown, and must not keep anybody from building.
CLEAN_COMPILERS := gcc-12 clang-14
compiler_version = $(shell printf '%s\n' '\#ifdef __clang__' clang-__clang_major__ '\#else' \
	gcc-__GNUC__ '\#endif' | $(1) -E -P -x c - 2>/dev/null)
werror = $(if $(filter $(CLEAN_COMPILERS),$(call compiler_version,$(1))),-Werror)

# Calls through pointers go by way of arch/x86/indirect.S, which looks at where they lead.
ifneq ($(findstring clang,$(KCC)),)
INDIRECT := -mretpoline -mretpoline-external-thunk
else
INDIRECT := -mindirect-branch=thunk-extern -fcf-protection=none
endif

# No jump tables: those of __init functions would lie in .rodata, which is kept.
# clang cannot know that an interrupt handler's callees leave the FPU alone; -mgeneral-regs-only does.
WARNINGS := -Wall -Wextra -Wshadow \
	$(if $(findstring clang,$(CC)),-Wno-interrupt-service-routine -Wno-unknown-warning-option)
include mm/sources.mk

# What kernel and host programs are built for alike: CPUs, nodes, `y` for checked locks,
# and the back end of the slab.
config = -DNR_CPUS=$(1) -DMAX_NUMNODES=$(2) $(if $(filter y,$(3)),-DDEBUG_LOCKS) \
	$(SLAB_CONFIG)
CONFIG := $(call config,$(NR_CPUS),$(MAX_NUMNODES),$(DEBUG_LOCKS))

KCPPFLAGS := -Iinclude -Iarch/x86/include -iquote mm $(CONFIG) \
	-nostdinc -isystem $(shell $(KCC) -print-file-name=include 2>/dev/null)
KCFLAGS   := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -fno-stack-protector \
	-mgeneral-regs-only -march=i686 -mtune=generic -fno-omit-frame-pointer -fno-strict-aliasing \
	-fno-asynchronous-unwind-tables -fno-jump-tables -freg-struct-return \
	$(INDIRECT) $(WARNINGS) $(call werror,$(KCC))
no_rwx_warning := $(sort $(shell $(LD) --help 2>/dev/null | grep -o -e --no-warn-rwx-segments))
KLDFLAGS  := -m elf_i386 -nostdlib -static -z max-page-size=4096 -z noexecstack --build-id=none \
	--orphan-handling=error $(no_rwx_warning)

# mm/, lib/ and what touches no hardware take values of untrusted width: no silent narrowing there.
strict_flags = $(if $(filter $(MM_SRCS) lib/% $(PURE_SRCS),$(1)),-Wconversion)

# The fast paths of the slab have no use for a frame; whatever they call in the end, they jump to.
$(BUILD)/obj/mm/slab_cpu.o $(BUILD)/obj/mm/kmalloc.o: KCFLAGS += -momit-leaf-frame-pointer

# The compiler must not turn the loops of memset() and memcpy() into calls of themselves; and a word
# of memory is compared where it is, if expressions are not put together before.
ifeq ($(findstring clang,$(KCC)),)
$(BUILD)/obj/mm/slab_cpu.o: KCFLAGS += -fno-tree-ter
$(BUILD)/obj/lib/mem.o: KCFLAGS += -fno-tree-loop-distribute-patterns
endif

# ---- Sources

# What touches no hardware: also for the host's programs, fuzzing, coverage and mutants.
FIRMWARE_SRCS := $(sort $(wildcard arch/x86/firmware/*.c))
CONSOLE_SRCS  := $(addprefix arch/x86/console/,check_terminal.c font.c framebuffer.c scancode.c \
	terminal.c)
MONITOR_SRCS  := $(filter-out %/cmd_sys.c %/screen_map.c,$(sort $(wildcard boot/monitor/*.c)))
PURE_SRCS     := $(FIRMWARE_SRCS) $(CONSOLE_SRCS) $(MONITOR_SRCS) boot/cmdline.c

# A port may replace a file of lib/ by an assembly file of the same name.
LIB_SRCS  := $(filter-out $(patsubst arch/x86/%.S,lib/%.c,$(wildcard arch/x86/*.S)),$(wildcard lib/*.c))
DEV_SRCS  := $(wildcard dev/*.c)
BOOT_SRCS := $(filter-out boot/ktest_none.c $(if $(filter n,$(LESSONS)),boot/lessons/%), \
	$(wildcard boot/*.c boot/*/*.c))
TEST_SRCS := $(filter-out tests/host/% tests/gcov/% tests/model/% tests/fuzz/% tests/entry/% \
	tests/native/% tests/amalgam/% \
	$(OTHER_SLAB_TESTS) $(if $(filter n,$(LESSONS)),tests/lessons/%), \
	$(wildcard tests/*.c tests/*/*.c)) tests/model/bootmem.c
ifeq ($(TESTS),n)
TEST_SRCS := boot/ktest_none.c
KCPPFLAGS += -DNO_TESTS
endif
ifeq ($(TESTS),own) # those who run tests and benchmarks, and what they measure
TEST_SRCS := $(filter-out %/selftest.c,$(wildcard tests/*.c tests/bench/*.c tests/trace/*.c)) \
	tests/mm/boot_node.c tests/mm/marks.c
endif

SRCS := $(sort $(wildcard arch/x86/*.[cS] arch/x86/*/*.c) $(BOOT_SRCS) $(DEV_SRCS) $(LIB_SRCS) \
	$(MM_SRCS) $(TEST_SRCS))
OBJS := $(addprefix $(BUILD)/obj/,$(addsuffix .o,$(basename $(SRCS))))
ifneq ($(LESSONS),n)
OBJS += $(BUILD)/obj/boot/lessons/own_bootmem.o
endif

# Your own kernel's, wherever it lies; and its suites of tests, those that stop it (no argument) or
# those that do not (!).
OWN_OBJS := $(patsubst $(KERNEL)/%,$(BUILD)/obj/kernel/%.o,$(basename $(OWN_SRCS)))
OBJS += $(OWN_OBJS)
suite_of = s/^KTEST[A-Z_]*(\([a-z0-9_]*\),.*/\1/p
own_suites = $(sort $(shell sed -n '/STOP/$(1)$(suite_of)' $(OWN_SRCS)))

# What others wrote, a directory each, which is left as it came: vendor/NAME.mk beside it may set
# NAME_SRCS (default: all .c and .S files), NAME_INCLUDE (include, or the directory itself), both
# relative to vendor/NAME, and NAME_CFLAGS.
VENDORS := $(patsubst $(VENDOR)/%/,%,$(wildcard $(VENDOR)/*/))
-include $(VENDORS:%=$(VENDOR)/%.mk)
vendor_srcs = $(or $(addprefix $(VENDOR)/$(1)/,$($(1)_SRCS)), \
	$(sort $(shell find -L $(VENDOR)/$(1) -name '*.[cS]')))
vendor_include = $(addprefix $(VENDOR)/$(1)/,$(or $($(1)_INCLUDE), \
	$(notdir $(wildcard $(VENDOR)/$(1)/include)),.))
VENDOR_SRCS := $(foreach name,$(VENDORS),$(call vendor_srcs,$(name)))
VENDOR_OBJS := $(patsubst $(VENDOR)/%,$(BUILD)/obj/vendor/%.o,$(basename $(VENDOR_SRCS)))
VENDOR_INCLUDE := $(foreach name,$(VENDORS),$(call vendor_include,$(name)))
vendor_cflags = $($(firstword $(subst /, ,$(1)))_CFLAGS)

# COMPILED=dir names another build, which is up to date. What is the same there is not compiled again,
# unless an object has flags of its own, which only a file *.default has.
take_or = $(if $(COMPILED),$(if $(filter %.default,$^),,scripts/build/take $(COMPILED) $(BUILD) $(1) $@ ||))

-include tests/host/rules.mk
-include tests/native/rules.mk
-include tests/fuzz/rules.mk
-include tests/gcov/rules.mk
-include tests/entry/rules.mk
-include tests/exercises/rules.mk
-include port/rules.mk

# ---- mm/ as one C file and one header

# First without names, then with those that its objects define, however many CPUs they are for and
# wherever mem_map lies.
AMALGAMATION := $(addprefix $(BUILD)/,mmkit_mm.c mmkit_mm.h mmkit_prefix.h)
comma := ,
words_in_one = $(subst $(eval) ,$(comma),$(strip $(1)))
amalgamate = scripts/build/amalgamate $(1) $(SLAB_CONFIG) $(addprefix --absent=,$(OTHER_SLAB_HEADERS)) \
	$(foreach part,$(MM_PARTS),--part $(part) $(call words_in_one,$(part_$(part))))
one_file = $(KCC) $(KCPPFLAGS) $(KCFLAGS) -O0 -c -o $@ $<

.PHONY: amalgamation
amalgamation: $(AMALGAMATION) ## make mm/ one C file and one header, build/mmkit_mm.c and .h

$(BUILD)/amalgamation/mmkit_mm.c: scripts/build/amalgamate LICENSE $(MM_SRCS) mm/sources.mk \
		$(wildcard mm/*.h include/mm/*.h include/lib/*.h)
	@mkdir -p $(@D)
	$(Q)$(call amalgamate,$(@D)) $(MM_SRCS)

$(BUILD)/amalgamation/one.o: $(BUILD)/amalgamation/mmkit_mm.c $(BUILD)/compile.flags
	$(Q)$(one_file) -UNR_CPUS -DNR_CPUS=1

$(BUILD)/amalgamation/checked.o: $(BUILD)/amalgamation/mmkit_mm.c $(BUILD)/compile.flags
	$(Q)$(one_file) -UNR_CPUS -DNR_CPUS=2 -DDEBUG_LOCKS -DMM_MEMMAP_LINEAR

$(BUILD)/amalgamation/symbols: $(BUILD)/amalgamation/one.o $(BUILD)/amalgamation/checked.o
	$(Q)$(NM) -g --defined-only -P $^ | awk 'NF > 1 { print $$1 }' | sort -u > $@

$(AMALGAMATION) &: $(BUILD)/amalgamation/symbols
	$(call say,PY,$(AMALGAMATION))
	$(Q)$(call amalgamate,$(BUILD)) --symbols $< $(MM_SRCS)

# mm/ as one file is packed, too, where the tree can make it.
amalgamation := $(if $(shell grep -s '^amalgamation:' $(filter-out %.d,$(MAKEFILE_LIST))),amalgamation)
dist: $(amalgamation)

# ---- Rules

ifneq ($(V),1)
Q   := @
say  = @printf '  %-4s %s\n' $(1) $(2)
endif

# Files that change when the flags or the list of objects change, and only then.
$(BUILD)/compile.flags: flags = $(KCC) $(KCPPFLAGS) $(KCFLAGS)
$(BUILD)/own.flags:     flags = $(KERNEL) $(VENDOR_INCLUDE)
$(BUILD)/vendor.flags:  flags = $(VENDOR_INCLUDE) $(foreach name,$(VENDORS),$($(name)_CFLAGS))
$(BUILD)/link.flags:    flags = $(LD) $(KLDFLAGS) $(OBJS) $(VENDOR_OBJS) $(LIBGCC)
$(BUILD)/name.default:  flags = $(KERNEL_NAME) $(KERNEL_VERSION)
$(BUILD)/ktest.default: flags = $(KTEST)
$(BUILD)/kfence.default: flags = $(KFENCE)
$(addprefix $(BUILD)/,compile.flags own.flags vendor.flags link.flags name.default ktest.default \
	kfence.default): FORCE
	$(write_flags)

define write_flags
@mkdir -p $(@D)
@echo '$(flags)' | cmp -s - $@ || echo '$(flags)' > $@
endef

ifneq ($(KERNEL_NAME),mmkit)
$(BUILD)/obj/lib/version.o: private KCPPFLAGS += -DKERNEL_NAME='"$(KERNEL_NAME)"' \
	-DKERNEL_VERSION='"$(KERNEL_VERSION)"'
endif
$(BUILD)/obj/lib/version.o: $(BUILD)/name.default

$(BUILD)/obj/tests/ktest.o: private KCPPFLAGS += -DKTEST_DEFAULT='"$(KTEST)"'
$(BUILD)/obj/tests/ktest.o: $(BUILD)/ktest.default

$(BUILD)/obj/mm/kfence.o: private KCPPFLAGS += -DKFENCE_DEFAULT=$(KFENCE)
$(BUILD)/obj/mm/kfence.o: $(BUILD)/kfence.default

# The same bytes come of the same sources, wherever the tree lies; and messages name files as whoever
# starts make sees them.
SAME_ANYWHERE := -ffile-prefix-map='$(CURDIR)'=. -fmacro-prefix-map='$(KERNEL)/'=kernel/ \
	-fmacro-prefix-map='$(VENDOR)/'=vendor/ \
	$(if $(findstring clang,$(KCC)),-fdebug-compilation-dir=.)
compile = $(KCC) $(KCPPFLAGS) $(KCFLAGS) $(SAME_ANYWHERE) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: %.c $(BUILD)/compile.flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(call take_or,$(BUILD)/compile.flags) $(compile) $(call strict_flags,$<)

$(BUILD)/obj/%.o: %.S $(BUILD)/compile.flags
	$(call say,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(compile)

# bootmem once more, as code that stays and with names of its own.
$(BUILD)/obj/boot/lessons/own_bootmem.o: mm/bootmem.c $(BUILD)/compile.flags
	$(call say,CC,'$< (for the lessons)')
	@mkdir -p $(@D)
	$(Q)$(compile) -DMM_KEEP_INIT -include boot/lessons/own_bootmem.h

define compile_own
$(call say,CC,$<)
@mkdir -p $(@D)
$(Q)$(compile) $(addprefix -isystem ,$(VENDOR_INCLUDE))
endef
$(BUILD)/obj/kernel/%.o: $(KERNEL)/%.c $(BUILD)/compile.flags $(BUILD)/own.flags
	$(compile_own)
$(BUILD)/obj/kernel/%.o: $(KERNEL)/%.S $(BUILD)/compile.flags $(BUILD)/own.flags
	$(compile_own)

# No warnings, and nothing of our checks: whoever wrote it has judged it.
define compile_vendor
$(call say,CC,$<)
@mkdir -p $(@D)
$(Q)$(compile) $(addprefix -I,$(VENDOR_INCLUDE)) $(call vendor_cflags,$*) -w
endef
$(BUILD)/obj/vendor/%.o: $(VENDOR)/%.c $(BUILD)/compile.flags $(BUILD)/vendor.flags
	$(compile_vendor)
$(BUILD)/obj/vendor/%.o: $(VENDOR)/%.S $(BUILD)/compile.flags $(BUILD)/vendor.flags
	$(compile_vendor)

# The kernel is linked twice: the first link says where the functions are, the second one carries
# that as a table. The table lies behind all code, so nothing that it names moves; the comparison
# at the end proves it. In its place the first link has an object without contents, because even an
# empty .text counts with its alignment.
link = $(LD) $(KLDFLAGS) -T linker.ld -o $@ $(OBJS) $(VENDOR_OBJS) $(1) $(LIBGCC)

$(BUILD)/ksyms0.S: | $(BUILD)/compile.flags
	@: > $@

$(BUILD)/ksyms.S: $(PASS1) scripts/build/ksyms
	$(Q)scripts/build/ksyms '$(NM)' '$(READELF)' $< > $@

$(BUILD)/%.o: $(BUILD)/%.S
	$(Q)$(KCC) -c -o $@ $<

$(PASS1): $(OBJS) $(VENDOR_OBJS) $(BUILD)/ksyms0.o linker.ld $(BUILD)/link.flags
	$(Q)scripts/build/check-sections '$(OBJDUMP)' $(OBJS)
	$(call say,LD,$@)
	$(Q)$(call link,$(BUILD)/ksyms0.o)

$(ELF): $(BUILD)/ksyms.o
	$(call say,LD,$@)
	$(Q)$(call link,$<)
	$(Q)scripts/build/ksyms '$(NM)' '$(READELF)' $@ | cmp - $(BUILD)/ksyms.S

$(ISO): $(ELF) boot/grub/grub.cfg scripts/build/mkiso
	$(call say,ISO,$@)
	$(Q)OBJCOPY='$(OBJCOPY)' scripts/build/mkiso $@ $< boot/grub/grub.cfg

-include $(OBJS:.o=.d) $(VENDOR_OBJS:.o=.d)

endif
