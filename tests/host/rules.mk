# SPDX-License-Identifier: 0BSD
#
# rules.mk - the tests that need no hardware, as programs of the host: with sanitizers, as 32-bit
# and as 64-bit code. The sources are the kernel's own.

HOST_CC   ?= gcc
HOST_BITS ?= 32 64
HOST_OUT  := $(BUILD)/host-test

HOST_LIB := $(addprefix lib/,mem.c string.c format.c printk.c panic.c crc32.c) \
	$(addprefix arch/x86/,boot_info.c e820.c multiboot.c multiboot2.c)
# Compiled as for the kernel: no header of the host, and our C library under names of its own.
HOST_KERNEL := $(HOST_LIB) boot/cmdline.c tests/ktest.c tests/ktest_check.c \
	$(wildcard tests/lib/*.c) tests/boot/cmdline.c \
	$(addprefix tests/x86/,e820.c multiboot.c multiboot2.c) \
	$(addprefix tests/host/,kernel_log.c format_oracle.c fuzz_parsers.c)
# Compiled against the host's library.
HOST_PLAIN := tests/host/main.c tests/host/e820_corpus.c

# How the code is watched: `make coverage` asks for something else.
HOST_WATCH ?= -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

HOST_CFLAGS := -std=gnu11 $(HOST_WATCH) -g -fno-pie -fno-strict-aliasing \
	-Wall -Wextra -Wshadow -Werror -Iinclude -Iarch/x86/include
HOST_KERNEL_CFLAGS := -ffreestanding -include tests/host/rename.h

host_objs = $(patsubst %.c,$(HOST_OUT)/$(1)/%.o,$(2))

define host_rules
$(call host_objs,$(1),$(HOST_KERNEL)): HOST_EXTRA := $(HOST_KERNEL_CFLAGS)
$(HOST_OUT)/$(1)/%.o: %.c tests/host/rules.mk
	$$(call say,HOST,$$<)
	@mkdir -p $$(@D)
	$$(Q)$(HOST_CC) -m$(1) $(HOST_CFLAGS) $$(HOST_EXTRA) -MMD -MP -c -o $$@ $$<
$(HOST_OUT)/$(1)/runner: $(call host_objs,$(1),$(HOST_KERNEL) tests/host/main.c)
$(HOST_OUT)/$(1)/e820_corpus: $(call host_objs,$(1),$(HOST_LIB) tests/host/e820_corpus.c)
$(HOST_OUT)/$(1)/runner $(HOST_OUT)/$(1)/e820_corpus: tests/host/sets.ld
	$$(call say,HOST,$$@)
	$$(Q)$(HOST_CC) -m$(1) -no-pie $(HOST_WATCH) -o $$@ $$(filter %.o,$$^) \
		-T tests/host/sets.ld
HOST_PROGRAMS += $(HOST_OUT)/$(1)/runner $(HOST_OUT)/$(1)/e820_corpus
-include $(patsubst %.o,%.d,$(call host_objs,$(1),$(HOST_KERNEL) $(HOST_PLAIN)))
endef
$(foreach bits,$(HOST_BITS),$(eval $(call host_rules,$(bits))))

host-test: $(HOST_PROGRAMS) ## run the tests that need no hardware, with sanitizers
	@tests/host/run $(addprefix $(HOST_OUT)/,$(HOST_BITS))
